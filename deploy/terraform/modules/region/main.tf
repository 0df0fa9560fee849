# Everything of one region, put together: the roots call it once for each.
variable "name" {
  description = "Prefix of every name, as ece-production."
  type        = string
}

variable "region" {
  description = "The region, for the names of its buckets."
  type        = string
}

variable "network" {
  description = "Addresses, zones, NAT gateways and VPN; see modules/network."
  type = object({
    cidr         = string
    zones        = list(string)
    nat_per_zone = bool
    vpn          = optional(object({ cidr = string, certificate_arn = string, saml_arn = string, group = string }))
  })
}

variable "pools" {
  description = "Machines; see modules/cluster."
  type = map(object({
    types    = list(string)
    capacity = string
    min      = number
    max      = number
    desired  = number
  }))
}

variable "sleeps" {
  description = "When the machines go and come, as cron in UTC; null where they stay."
  type        = object({ stop = string, start = string })
  default     = null
}

variable "database" {
  description = "Size of PostgreSQL, days of point-in-time recovery, and the database of another region that it follows."
  type = object({
    instance_class = string
    storage_gib    = number
    backup_days    = number
    source_arn     = optional(string)
  })
}

variable "cache" {
  description = "Redis; null for none."
  type        = object({ node_type = string, shards = number, user_group_id = string })
  default     = null
}

variable "logs" {
  description = "OpenSearch; null for none."
  type        = object({ instance_type = string, nodes = number, storage_gib = number, master_role_arn = string })
  default     = null
}

variable "replicas" {
  description = "Buckets of another region that have everything, too, and the key there; null where this region is the copy."
  type        = object({ content_arn = string, backups_arn = string, key_arn = string })
  default     = null
}

variable "trail" {
  description = "Whether the trail of all regions is here."
  type        = bool
}

variable "secrets_path" {
  description = "What the names of this environment's objects in Secrets Manager begin with, as ece/production."
  type        = string
}

variable "zone_id" {
  description = "Hosted zone in which external-dns writes; null where nothing does."
  type        = string
  default     = null
}

variable "backup_lock_days" {
  description = "Days in which nobody can delete a backup."
  type        = number
}

module "security" {
  source = "../security"
  name   = var.name
  trail  = var.trail ? { bucket = module.bucket["trail"].name, key_arn = module.security.key_arn } : null
}

module "network" {
  source       = "../network"
  name         = var.name
  cidr         = var.network.cidr
  zones        = var.network.zones
  nat_per_zone = var.network.nat_per_zone
  vpn          = var.network.vpn
  log_key_arn  = module.security.key_arn
}

module "cluster" {
  source       = "../cluster"
  name         = var.name
  vpc_id       = module.network.vpc_id
  subnet_ids   = module.network.private_subnet_ids
  key_arn      = module.security.key_arn
  vpn          = var.network.vpn == null ? null : { security_group_id = module.network.vpn_security_group_id }
  pools        = var.pools
  sleeps       = var.sleeps
  secrets_path = var.secrets_path
  zone_id      = var.zone_id
}

module "database" {
  source                   = "../database"
  name                     = var.name
  vpc_id                   = module.network.vpc_id
  subnet_ids               = module.network.data_subnet_ids
  client_security_group_id = module.cluster.security_group_id
  key_arn                  = module.security.key_arn
  instance_class           = var.database.instance_class
  storage_gib              = var.database.storage_gib
  backup_days              = var.database.backup_days
  source_arn               = var.database.source_arn
}

module "cache" {
  count                    = var.cache == null ? 0 : 1
  source                   = "../cache"
  name                     = var.name
  vpc_id                   = module.network.vpc_id
  subnet_ids               = module.network.data_subnet_ids
  client_security_group_id = module.cluster.security_group_id
  key_arn                  = module.security.key_arn
  node_type                = var.cache.node_type
  shards                   = var.cache.shards
  user_group_id            = var.cache.user_group_id
}

module "logs" {
  count                    = var.logs == null ? 0 : 1
  source                   = "../logs"
  name                     = var.name
  vpc_id                   = module.network.vpc_id
  subnet_ids               = module.network.data_subnet_ids
  client_security_group_id = module.cluster.security_group_id
  key_arn                  = module.security.key_arn
  instance_type            = var.logs.instance_type
  nodes                    = var.logs.nodes
  storage_gib              = var.logs.storage_gib
  master_role_arn          = var.logs.master_role_arn
}

# The folder of artwork that the processes of nfts share.
resource "aws_efs_file_system" "content" {
  encrypted  = true
  kms_key_id = module.security.key_arn
  lifecycle_policy { transition_to_ia = "AFTER_30_DAYS" }
  tags = { Name = "${var.name}-content" }
}

resource "aws_efs_backup_policy" "content" {
  file_system_id = aws_efs_file_system.content.id
  backup_policy { status = "ENABLED" }
}

resource "aws_security_group" "content" {
  name_prefix = "${var.name}-content-"
  description = "Artwork"
  vpc_id      = module.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "content" {
  security_group_id            = aws_security_group.content.id
  description                  = "The exchange"
  referenced_security_group_id = module.cluster.security_group_id
  from_port                    = 2049
  to_port                      = 2049
  ip_protocol                  = "tcp"
}

resource "aws_efs_mount_target" "content" {
  count           = length(var.network.zones)
  file_system_id  = aws_efs_file_system.content.id
  subnet_id       = module.network.data_subnet_ids[count.index]
  security_groups = [aws_security_group.content.id]
}

data "aws_caller_identity" "this" {}

module "bucket" {
  source   = "../storage"
  for_each = toset(concat(["content", "backups"], var.trail ? ["trail"] : []))
  name     = "${var.name}-${var.region}-${each.key}"
  key_arn  = module.security.key_arn
  # Nobody who gets in shall delete the way back or the traces.
  lock_days = each.key == "content" ? 0 : var.backup_lock_days
  trail_arn = each.key == "trail" ? "arn:aws:cloudtrail:${var.region}:${data.aws_caller_identity.this.account_id}:trail/${var.name}" : null
  replica = var.replicas == null || each.key == "trail" ? null : {
    bucket_arn = each.key == "content" ? var.replicas.content_arn : var.replicas.backups_arn
    key_arn    = var.replicas.key_arn
  }
}

output "secrets_role_arn" { value = module.cluster.secrets_role_arn }
output "key_arn" { value = module.security.key_arn }
output "database_arn" { value = module.database.arn }
output "database_address" { value = module.database.address }
output "cache_address" { value = one(module.cache[*].address) }
output "logs_address" { value = one(module.logs[*].address) }
output "bucket_arns" { value = { for name, bucket in module.bucket : name => bucket.arn } }
output "content_file_system_id" { value = aws_efs_file_system.content.id }
