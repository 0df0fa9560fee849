# What would be made, by the provider itself: tools/deploy/terraform-plan.ts looks at the plan.
variables {
  vpn           = { cidr = "10.98.0.0/22", certificate_arn = "arn:aws:acm:eu-central-1:000000000000:certificate/00000000-0000-0000-0000-000000000000", saml_arn = "arn:aws:iam::000000000000:saml-provider/x", group = "admins" }
  cache         = { node_type = "cache.t4g.micro", shards = 1, user_group_id = "ece-staging" }
  logs          = { instance_type = "t3.small.search", nodes = 1, storage_gib = 20, master_role_arn = "arn:aws:iam::000000000000:role/logs" }
  budget_emails = ["operators@ece.example"]
}

override_data {
  target = data.aws_availability_zones.this
  values = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
}

run "plan" {
  command = plan
}
