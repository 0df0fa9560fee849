# What the world reaches: CloudFront, behind the firewall, and Route 53, which leads its calls to the region that works.
# Everything in here is of us-east-1, as AWS wants it for CloudFront.
variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "domain" {
  description = "Address of the exchange."
  type        = string
}

variable "zone_id" {
  description = "Hosted zone of the domain."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate of the domain in us-east-1."
  type        = string
}

variable "origins" {
  description = "Load balancer of each region's ingress: `primary`, and `secondary` where there is a second region."
  type        = map(object({ dns_name = string, zone_id = string }))
  validation {
    condition     = contains(keys(var.origins), "primary") && alltrue([for key in keys(var.origins) : contains(["primary", "secondary"], key)])
    error_message = "Origins are called primary and secondary."
  }
}

variable "web_acl_arn" {
  description = "The firewall; see modules/firewall."
  type        = string
}

variable "shield_advanced" {
  description = "Shield Advanced, which costs 3,000 USD a month for the organization. The standard one is always there."
  type        = bool
  default     = false
}

variable "log_bucket" {
  description = "Domain name of the bucket of access logs."
  type        = string
}

variable "alarm_topic_arn" {
  description = "SNS topic in us-east-1 that hears of regions that fail."
  type        = string
}

locals {
  origin_domain = "origin.${var.domain}"
}

resource "aws_route53_health_check" "origin" {
  for_each          = var.origins
  fqdn              = each.value.dns_name
  port              = 443
  type              = "HTTPS"
  resource_path     = "/health/ready"
  failure_threshold = 3
  request_interval  = 10
  tags              = { Name = "${var.name}-${each.key}" }
}

resource "aws_cloudwatch_metric_alarm" "origin" {
  for_each            = var.origins
  alarm_name          = "${var.name}-${each.key}-unhealthy"
  alarm_description   = "docs/runbooks/region-failover.md"
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  dimensions          = { HealthCheckId = aws_route53_health_check.origin[each.key].id }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 3
  alarm_actions       = [var.alarm_topic_arn]
}

# Failover is of names, not of CloudFront's origin groups: those retry reads alone, and bids are writes.
resource "aws_route53_record" "origin" {
  for_each        = var.origins
  zone_id         = var.zone_id
  name            = local.origin_domain
  type            = "A"
  set_identifier  = each.key
  health_check_id = aws_route53_health_check.origin[each.key].id
  failover_routing_policy { type = upper(each.key) }
  alias {
    name                   = each.value.dns_name
    zone_id                = each.value.zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "site" {
  for_each = toset(["A", "AAAA"])
  zone_id  = var.zone_id
  name     = var.domain
  type     = each.key
  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}

data "aws_cloudfront_cache_policy" "this" {
  for_each = toset(["Managed-CachingDisabled", "Managed-CachingOptimized"])
  name     = each.key
}

data "aws_cloudfront_origin_request_policy" "all" {
  name = "Managed-AllViewer"
}

data "aws_cloudfront_response_headers_policy" "security" {
  name = "Managed-SecurityHeadersPolicy"
}

resource "aws_cloudfront_distribution" "this" {
  comment         = var.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_All"
  aliases         = [var.domain]
  web_acl_id      = var.web_acl_arn

  origin {
    origin_id   = "exchange"
    domain_name = local.origin_domain
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 60
    }
  }

  default_cache_behavior {
    target_origin_id           = "exchange"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = data.aws_cloudfront_cache_policy.this["Managed-CachingDisabled"].id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.all.id
    response_headers_policy_id = data.aws_cloudfront_response_headers_policy.security.id
    compress                   = true
  }

  # Content has its hash for a name, so it never changes; so have the pages' own files.
  dynamic "ordered_cache_behavior" {
    for_each = ["/content/*", "/_next/static/*"]
    content {
      path_pattern               = ordered_cache_behavior.value
      target_origin_id           = "exchange"
      viewer_protocol_policy     = "redirect-to-https"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      cache_policy_id            = data.aws_cloudfront_cache_policy.this["Managed-CachingOptimized"].id
      response_headers_policy_id = data.aws_cloudfront_response_headers_policy.security.id
      compress                   = true
    }
  }

  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
  logging_config {
    bucket          = var.log_bucket
    prefix          = "cloudfront/"
    include_cookies = false
  }
}

resource "aws_shield_protection" "distribution" {
  count        = var.shield_advanced ? 1 : 0
  name         = "${var.name}-distribution"
  resource_arn = aws_cloudfront_distribution.this.arn
}

output "distribution_domain" { value = aws_cloudfront_distribution.this.domain_name }
