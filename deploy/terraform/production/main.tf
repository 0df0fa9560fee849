# Production: two regions. The first trades; the second has a replica of the database and copies of every bucket, and takes
# over as docs/runbooks/region-failover.md tells.
terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6.0"
    }
  }
  # Its bucket and key are of backend.hcl: terraform init -backend-config=backend.hcl
  backend "s3" {
    key          = "ece/production.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

locals {
  name = "ece-production"
  tags = {
    Project     = "ece"
    Environment = "production"
    ManagedBy   = "terraform"
    CostCentre  = var.cost_centre
  }
}

provider "aws" {
  region = var.regions.primary
  default_tags { tags = local.tags }
}

provider "aws" {
  alias  = "secondary"
  region = var.regions.secondary
  default_tags { tags = local.tags }
}

# CloudFront, its firewall and its certificate live there.
provider "aws" {
  alias  = "global"
  region = "us-east-1"
  default_tags { tags = local.tags }
}

data "aws_availability_zones" "primary" { state = "available" }

data "aws_availability_zones" "secondary" {
  provider = aws.secondary
  state    = "available"
}

module "primary" {
  source = "../modules/region"
  name   = local.name
  region = var.regions.primary
  network = {
    cidr         = "10.10.0.0/16"
    zones        = slice(data.aws_availability_zones.primary.names, 0, 3)
    nat_per_zone = true
    vpn          = var.vpn.primary
  }
  pools            = var.pools
  database         = { instance_class = var.database.instance_class, storage_gib = var.database.storage_gib, backup_days = 35 }
  cache            = var.cache.primary
  logs             = var.logs.primary
  secrets_path     = "ece/production"
  trail            = true
  backup_lock_days = 30
  replicas = {
    content_arn = module.secondary.bucket_arns["content"]
    backups_arn = module.secondary.bucket_arns["backups"]
    key_arn     = module.secondary.key_arn
  }
}

module "secondary" {
  source    = "../modules/region"
  providers = { aws = aws.secondary }
  name      = "${local.name}-region-2"
  region    = var.regions.secondary
  network = {
    cidr         = "10.20.0.0/16"
    zones        = slice(data.aws_availability_zones.secondary.names, 0, 3)
    nat_per_zone = false
    vpn          = var.vpn.secondary
  }
  # Enough to hold the cluster's own pods; the rest comes when it is needed.
  pools = { for name, pool in var.pools : name => merge(pool, { min = min(pool.min, 1), desired = min(pool.desired, 1) }) }
  database = {
    instance_class = var.database.instance_class
    storage_gib    = var.database.storage_gib
    backup_days    = 7
    source_arn     = module.primary.database_arn
  }
  cache            = var.cache.secondary
  logs             = var.logs.secondary
  secrets_path     = "ece/production"
  trail            = false
  backup_lock_days = 30
}

module "firewall" {
  source    = "../modules/firewall"
  providers = { aws = aws.global }
  name      = local.name
}

module "edge" {
  count           = var.origins == null ? 0 : 1
  source          = "../modules/edge"
  providers       = { aws = aws.global }
  name            = local.name
  domain          = var.domain
  zone_id         = var.zone_id
  certificate_arn = var.certificate_arn
  origins         = var.origins
  web_acl_arn     = module.firewall.arn
  shield_advanced = var.shield_advanced
  log_bucket      = var.access_log_bucket
  alarm_topic_arn = var.alarm_topic_arns.global
}

module "cost" {
  source      = "../modules/cost"
  providers   = { aws = aws.global }
  name        = local.name
  environment = "production"
  monthly_usd = var.monthly_usd
  emails      = var.budget_emails
}

# The lag of the replica, where Prometheus itself may be lost with its region.
resource "aws_cloudwatch_metric_alarm" "replica_lag" {
  provider            = aws.secondary
  alarm_name          = "${local.name}-replica-lag"
  alarm_description   = "docs/runbooks/database.md#replicafarbehind"
  namespace           = "AWS/RDS"
  metric_name         = "ReplicaLag"
  dimensions          = { DBInstanceIdentifier = "${local.name}-region-2" }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 600
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arns.secondary]
}

output "secrets_role_arns" {
  value = { primary = module.primary.secrets_role_arn, secondary = module.secondary.secrets_role_arn }
}
output "database_addresses" {
  value = { primary = module.primary.database_address, secondary = module.secondary.database_address }
}
output "cache_addresses" {
  value = { primary = module.primary.cache_address, secondary = module.secondary.cache_address }
}
output "logs_addresses" {
  value = { primary = module.primary.logs_address, secondary = module.secondary.logs_address }
}
output "content_file_system_ids" {
  value = { primary = module.primary.content_file_system_id, secondary = module.secondary.content_file_system_id }
}
