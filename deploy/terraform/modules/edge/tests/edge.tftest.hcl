mock_provider "aws" {
  mock_data "aws_iam_policy_document" { defaults = { json = "{}" } }
  mock_data "aws_region" { defaults = { name = "eu-central-1" } }
}

variables {
  name            = "ece-test"
  domain          = "ece.example"
  zone_id         = "Z0"
  certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/x"
  web_acl_arn     = "arn:aws:wafv2:us-east-1:000000000000:global/webacl/x/x"
  log_bucket      = "logs.s3.amazonaws.com"
  alarm_topic_arn = "arn:aws:sns:us-east-1:000000000000:x"
  origins = {
    primary   = { dns_name = "one.example", zone_id = "Z1" }
    secondary = { dns_name = "two.example", zone_id = "Z2" }
  }
}

run "properties" {
  # the world comes by tls and the firewall
  assert {
    condition     = aws_cloudfront_distribution.this.web_acl_id == var.web_acl_arn
    error_message = "The firewall is not in the way."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021" && aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "Somebody comes without TLS, or with an old one."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.this.origin).custom_origin_config[0].origin_protocol_policy == "https-only"
    error_message = "CloudFront speaks to the exchange without TLS."
  }
  # writes are not cached and content is
  assert {
    condition     = toset([for behavior in aws_cloudfront_distribution.this.ordered_cache_behavior : behavior.path_pattern]) == toset(["/content/*", "/_next/static/*"])
    error_message = "Something is cached that changes."
  }
  # names lead to the region that works
  assert {
    condition     = aws_route53_record.origin["primary"].failover_routing_policy[0].type == "PRIMARY" && aws_route53_record.origin["secondary"].failover_routing_policy[0].type == "SECONDARY"
    error_message = "There is no failover."
  }
  assert {
    condition     = alltrue([for key, record in aws_route53_record.origin : record.health_check_id == aws_route53_health_check.origin[key].id]) && aws_route53_health_check.origin["primary"].resource_path == "/health/ready"
    error_message = "Nobody asks whether a region works."
  }
}

run "a_third_origin_is_refused" {
  command = plan
  variables { origins = { tertiary = { dns_name = "x", zone_id = "y" } } }
  expect_failures = [var.origins]
}
