# What would be made, by the provider itself: tools/deploy/terraform-plan.ts looks at the plan.
variables {
  domain          = "ece.example"
  zone_id         = "Z0000000000000"
  certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000"
  origins = {
    primary   = { dns_name = "one.elb.example", zone_id = "Z1000000000000" }
    secondary = { dns_name = "two.elb.example", zone_id = "Z2000000000000" }
  }
  vpn = {
    primary   = { cidr = "10.98.0.0/22", certificate_arn = "arn:aws:acm:eu-central-1:000000000000:certificate/00000000-0000-0000-0000-000000000000", saml_arn = "arn:aws:iam::000000000000:saml-provider/x", group = "admins" }
    secondary = { cidr = "10.99.0.0/22", certificate_arn = "arn:aws:acm:eu-west-1:000000000000:certificate/00000000-0000-0000-0000-000000000000", saml_arn = "arn:aws:iam::000000000000:saml-provider/x", group = "admins" }
  }
  cache             = { primary = { node_type = "cache.m7g.large", shards = 2, user_group_id = "ece-production" } }
  logs              = { primary = { instance_type = "m7g.large.search", nodes = 3, storage_gib = 200, master_role_arn = "arn:aws:iam::000000000000:role/logs" } }
  access_log_bucket = "logs.s3.amazonaws.com"
  alarm_topic_arns  = { global = "arn:aws:sns:us-east-1:000000000000:ece", secondary = "arn:aws:sns:eu-west-1:000000000000:ece" }
  shield_advanced   = true
  budget_emails     = ["operators@ece.example"]
}

override_data {
  target = data.aws_availability_zones.primary
  values = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
}
override_data {
  target = data.aws_availability_zones.secondary
  values = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
}
override_data {
  target = module.edge[0].data.aws_cloudfront_cache_policy.this
  values = { id = "00000000-0000-0000-0000-000000000001" }
}
override_data {
  target = module.edge[0].data.aws_cloudfront_origin_request_policy.all
  values = { id = "00000000-0000-0000-0000-000000000002" }
}
override_data {
  target = module.edge[0].data.aws_cloudfront_response_headers_policy.security
  values = { id = "00000000-0000-0000-0000-000000000003" }
}

run "plan" {
  command = plan
}
