mock_provider "aws" {
  mock_data "aws_iam_policy_document" { defaults = { json = "{}" } }
  mock_data "aws_region" { defaults = { name = "eu-central-1" } }
  mock_resource "aws_cloudwatch_log_group" { defaults = { arn = "arn:aws:logs:eu-central-1:000000000000:log-group:x" } }
  mock_resource "aws_iam_role" { defaults = { arn = "arn:aws:iam::000000000000:role/x" } }
  mock_resource "aws_launch_template" { defaults = { id = "lt-0", latest_version = 1 } }
  mock_resource "aws_eks_cluster" { defaults = { vpc_config = { cluster_security_group_id = "sg-0" } } }
  mock_resource "aws_eks_node_group" { defaults = { resources = [{ autoscaling_groups = [{ name = "x" }] }] } }
}

variables {
  name                  = "ece-test"
  vpc_id                = "vpc-0"
  subnet_ids            = ["subnet-0", "subnet-1"]
  key_arn               = "arn:aws:kms:eu-central-1:000000000000:key/x"
  vpn_security_group_id = "sg-1"
  pools = {
    stable = { types = ["m7i.large"], capacity = "ON_DEMAND", min = 2, max = 4, desired = 2 }
    spot   = { types = ["m7i.large", "m6i.large"], capacity = "SPOT", min = 0, max = 4, desired = 1 }
  }
}

run "properties" {
  # the cluster is private encrypted and audited
  assert {
    condition     = !aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].endpoint_private_access
    error_message = "The API of the cluster has a public address."
  }
  assert {
    condition     = contains(aws_eks_cluster.this.encryption_config[0].resources, "secrets") && aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.key_arn
    error_message = "Secrets are not encrypted by our key."
  }
  assert {
    condition     = contains(aws_eks_cluster.this.enabled_cluster_log_types, "audit")
    error_message = "Nobody knows who did what."
  }
  # machines are encrypted and their roles out of reach
  assert {
    condition     = alltrue([for mapping in aws_launch_template.node.block_device_mappings : mapping.ebs[0].encrypted == "true"])
    error_message = "A disk is not encrypted."
  }
  assert {
    condition     = aws_launch_template.node.metadata_options[0].http_tokens == "required" && aws_launch_template.node.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "A pod can take the role of its machine."
  }
  assert {
    condition     = aws_eks_node_group.this["spot"].capacity_type == "SPOT" && aws_eks_node_group.this["stable"].capacity_type == "ON_DEMAND"
    error_message = "Pools are not of the capacity that was asked for."
  }
  assert {
    condition     = length(aws_autoscaling_schedule.sleep) == 0
    error_message = "Machines sleep that nobody sent to bed."
  }
}

run "non_production_sleeps_and_wakes" {
  variables { sleeps = { stop = "0 19 * * 1-5", start = "0 6 * * 1-5" } }
  assert {
    condition     = alltrue([for schedule in aws_autoscaling_schedule.sleep : schedule.desired_capacity == 0]) && length(aws_autoscaling_schedule.sleep) == 2
    error_message = "Not all machines sleep."
  }
  assert {
    condition     = aws_autoscaling_schedule.wake["stable"].desired_capacity == 2
    error_message = "Machines do not come back."
  }
}

run "spot_alone_is_refused" {
  command = plan
  variables { pools = { spot = { types = ["m7i.large"], capacity = "SPOT", min = 1, max = 4, desired = 1 } } }
  expect_failures = [var.pools]
}
