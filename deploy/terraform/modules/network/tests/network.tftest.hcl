mock_provider "aws" {
  mock_data "aws_iam_policy_document" { defaults = { json = "{}" } }
  mock_data "aws_region" { defaults = { name = "eu-central-1" } }
  mock_resource "aws_cloudwatch_log_group" { defaults = { arn = "arn:aws:logs:eu-central-1:000000000000:log-group:x" } }
  mock_resource "aws_iam_role" { defaults = { arn = "arn:aws:iam::000000000000:role/x" } }
}

variables {
  name        = "ece-test"
  cidr        = "10.10.0.0/16"
  zones       = ["a", "b", "c"]
  log_key_arn = "arn:aws:kms:eu-central-1:000000000000:key/x"
  vpn         = { cidr = "10.99.0.0/22", certificate_arn = "arn:aws:acm:eu-central-1:000000000000:certificate/x", saml_arn = "arn:aws:iam::000000000000:saml-provider/x", group = "admins" }
}

run "properties" {
  # nothing gets a public address by itself
  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private), values(aws_subnet.data)) : subnet.map_public_ip_on_launch == false])
    error_message = "A subnet gives out public addresses."
  }
  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0
    error_message = "The default security group lets something through."
  }
  # data has no way out
  assert {
    condition     = length(aws_route_table.data.route) == 0
    error_message = "The subnets of data have a route out of the VPC."
  }
  assert {
    condition     = alltrue([for table in aws_route_table.private : alltrue([for route in table.route : route.gateway_id == "" || route.gateway_id == null])])
    error_message = "A private subnet leads straight to the internet."
  }
  # subnets do not overlap and are in every zone
  assert {
    condition     = length(distinct([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private), values(aws_subnet.data)) : subnet.cidr_block])) == 9
    error_message = "Two subnets have the same addresses."
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 3
    error_message = "A zone depends on the NAT gateway of another."
  }
  # traffic is logged and the vpn signs in by saml
  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_cloudwatch_log_group.flow.kms_key_id == var.log_key_arn
    error_message = "Traffic is not logged, or not encrypted."
  }
  assert {
    condition     = one(aws_ec2_client_vpn_endpoint.this[0].authentication_options).type == "federated-authentication"
    error_message = "The VPN is not tied to people."
  }
}

run "one_zone_is_refused" {
  command = plan
  variables { zones = ["a"] }
  expect_failures = [var.zones]
}
