# OpenSearch inside the VPC, for logs and for search.
variable "name" {
  description = "Name of the domain."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the domain."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets without a way out, one for each zone."
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

variable "instance_type" {
  description = "Size of a node."
  type        = string
}

variable "nodes" {
  description = "Nodes, a multiple of the zones."
  type        = number
}

variable "storage_gib" {
  description = "Storage of each node."
  type        = number
}

variable "master_role_arn" {
  description = "IAM role that administers the domain."
  type        = string
}

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-"
  description = "OpenSearch of ${var.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  security_group_id            = aws_security_group.this.id
  description                  = "The exchange and the shipping of logs"
  referenced_security_group_id = var.client_security_group_id
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

resource "aws_opensearch_domain" "this" {
  domain_name    = var.name
  engine_version = "OpenSearch_2.19"

  cluster_config {
    instance_type          = var.instance_type
    instance_count         = var.nodes
    zone_awareness_enabled = var.nodes > 1
    dynamic "zone_awareness_config" {
      for_each = var.nodes > 1 ? [1] : []
      content { availability_zone_count = length(var.subnet_ids) }
    }
  }
  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.storage_gib
  }
  vpc_options {
    subnet_ids         = var.nodes > 1 ? var.subnet_ids : [var.subnet_ids[0]]
    security_group_ids = [aws_security_group.this.id]
  }
  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.key_arn
  }
  node_to_node_encryption { enabled = true }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }
  advanced_security_options {
    enabled                        = true
    internal_user_database_enabled = false
    master_user_options { master_user_arn = var.master_role_arn }
  }
}

output "address" { value = aws_opensearch_domain.this.endpoint }
