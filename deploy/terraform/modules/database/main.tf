# PostgreSQL by RDS: over several zones, encrypted, with point-in-time recovery, and a replica where `source_arn` names another
# region's database.
variable "name" {
  description = "Name of the database server."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the server."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets without a way out."
  type        = list(string)
}

variable "client_security_group_id" {
  description = "Security group of the machines that may connect, and nobody else."
  type        = string
}

variable "key_arn" {
  description = "KMS key of the region."
  type        = string
}

variable "instance_class" {
  description = "Size of the server."
  type        = string
}

variable "storage_gib" {
  description = "Storage at the start; it grows to four times as much by itself."
  type        = number
}

variable "source_arn" {
  description = "Database of another region that this one follows; null for a primary."
  type        = string
  default     = null
}

variable "backup_days" {
  description = "Days that any moment of which can be restored."
  type        = number
  default     = 35
  validation {
    condition     = var.backup_days >= 7
    error_message = "A week is the least."
  }
}

resource "aws_db_subnet_group" "this" {
  name_prefix = "${var.name}-"
  subnet_ids  = var.subnet_ids
}

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-"
  description = "PostgreSQL of ${var.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  security_group_id            = aws_security_group.this.id
  description                  = "The exchange"
  referenced_security_group_id = var.client_security_group_id
  from_port                    = 5432
  to_port                      = 5432
  ip_protocol                  = "tcp"
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres18"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements"
    apply_method = "pending-reboot"
  }
  parameter {
    name  = "idle_in_transaction_session_timeout"
    value = "60000"
  }
  lifecycle { create_before_destroy = true }
}

data "aws_iam_policy_document" "monitoring" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  name_prefix        = "ece-rds-"
  assume_role_policy = data.aws_iam_policy_document.monitoring.json
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_db_instance" "this" {
  identifier          = var.name
  replicate_source_db = var.source_arn
  engine              = var.source_arn == null ? "postgres" : null
  engine_version      = var.source_arn == null ? "18" : null
  db_name             = var.source_arn == null ? "ece" : null
  username            = var.source_arn == null ? "ece" : null
  # AWS makes the password, keeps it in Secrets Manager and changes it; no state of Terraform has it.
  manage_master_user_password   = var.source_arn == null ? true : null
  master_user_secret_kms_key_id = var.source_arn == null ? var.key_arn : null

  instance_class        = var.instance_class
  allocated_storage     = var.source_arn == null ? var.storage_gib : null
  max_allocated_storage = var.storage_gib * 4
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.key_arn
  multi_az              = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  parameter_group_name   = aws_db_parameter_group.this.name
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  backup_retention_period   = var.backup_days
  backup_window             = "02:00-03:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"
  deletion_protection       = true

  auto_minor_version_upgrade      = true
  allow_major_version_upgrade     = false
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.key_arn
  monitoring_interval             = 30
  monitoring_role_arn             = aws_iam_role.monitoring.arn
  enabled_cloudwatch_logs_exports = ["postgresql"]
}

output "arn" { value = aws_db_instance.this.arn }
output "address" { value = aws_db_instance.this.address }
output "security_group_id" { value = aws_security_group.this.id }
