# Redis: hints and limits, never the truth. Encrypted on the way and at rest, with a password that the caller makes.
variable "name" {
  description = "Name of the cluster."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets without a way out."
  type        = list(string)
}

variable "client_security_group_id" {
  description = "Security group of the machines that may connect."
  type        = string
}

variable "key_arn" {
  description = "KMS key of the region."
  type        = string
}

variable "node_type" {
  description = "Size of a node."
  type        = string
}

variable "shards" {
  description = "Shards of Redis Cluster, each with a replica in another zone."
  type        = number
  default     = 2
}

variable "user_group_id" {
  description = "ElastiCache user group that may sign in (IAM or passwords), made beforehand so that no state has a password."
  type        = string
}

resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-"
  description = "Redis of ${var.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  security_group_id            = aws_security_group.this.id
  description                  = "The exchange"
  referenced_security_group_id = var.client_security_group_id
  from_port                    = 6379
  to_port                      = 6379
  ip_protocol                  = "tcp"
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = var.name
  description                = "Hints and limits of ${var.name}"
  engine                     = "redis"
  engine_version             = "7.1"
  parameter_group_name       = "default.redis7.cluster.on"
  node_type                  = var.node_type
  num_node_groups            = var.shards
  replicas_per_node_group    = 1
  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [aws_security_group.this.id]
  at_rest_encryption_enabled = true
  kms_key_id                 = var.key_arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [var.user_group_id]
}

output "address" { value = aws_elasticache_replication_group.this.configuration_endpoint_address }
