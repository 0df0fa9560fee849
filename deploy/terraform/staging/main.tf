# Staging: one region, the same modules, smaller, and asleep at night and at weekends.
terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6.0"
    }
  }
  backend "s3" {
    key          = "ece/staging.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

locals {
  name = "ece-staging"
  tags = {
    Project     = "ece"
    Environment = "staging"
    ManagedBy   = "terraform"
    CostCentre  = var.cost_centre
  }
}

provider "aws" {
  region = var.region
  default_tags { tags = local.tags }
}

provider "aws" {
  alias  = "global"
  region = "us-east-1"
  default_tags { tags = local.tags }
}

data "aws_availability_zones" "this" { state = "available" }

module "region" {
  source = "../modules/region"
  name   = local.name
  region = var.region
  network = {
    cidr         = "10.30.0.0/16"
    zones        = slice(data.aws_availability_zones.this.names, 0, 2)
    nat_per_zone = false
    vpn          = var.vpn
  }
  pools = {
    stable = { types = ["t3.large"], capacity = "ON_DEMAND", min = 1, max = 3, desired = 1 }
    spot   = { types = ["t3.large", "t3a.large", "m6i.large"], capacity = "SPOT", min = 0, max = 4, desired = 2 }
  }
  sleeps           = { stop = "0 19 * * 1-5", start = "0 6 * * 1-5" }
  database         = { instance_class = "db.t4g.medium", storage_gib = 50, backup_days = 7 }
  cache            = var.cache
  logs             = var.logs
  secrets_path     = "ece/staging"
  trail            = true
  backup_lock_days = 7
}

# The database sleeps with the machines; after seven days AWS would start it by itself, which a weekend never reaches.
data "aws_iam_policy_document" "scheduler_assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions   = ["rds:StopDBInstance", "rds:StartDBInstance"]
    resources = [module.region.database_arn]
  }
}

resource "aws_iam_role" "scheduler" {
  name_prefix        = "ece-scheduler-"
  assume_role_policy = data.aws_iam_policy_document.scheduler_assume.json
}

resource "aws_iam_role_policy" "scheduler" {
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.scheduler.json
}

resource "aws_scheduler_schedule" "database" {
  for_each            = { stopDBInstance = "cron(15 19 ? * MON-FRI *)", startDBInstance = "cron(45 5 ? * MON-FRI *)" }
  name                = "${local.name}-${each.key}"
  schedule_expression = each.value
  flexible_time_window { mode = "OFF" }
  target {
    arn      = "arn:aws:scheduler:::aws-sdk:rds:${each.key}"
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({ DbInstanceIdentifier = local.name })
  }
}

output "secrets_role_arn" { value = module.region.secrets_role_arn }
output "database_address" { value = module.region.database_address }
output "cache_address" { value = module.region.cache_address }
output "logs_address" { value = module.region.logs_address }
output "content_file_system_id" { value = module.region.content_file_system_id }

module "cost" {
  source      = "../modules/cost"
  providers   = { aws = aws.global }
  name        = local.name
  environment = "staging"
  monthly_usd = var.monthly_usd
  emails      = var.budget_emails
}
