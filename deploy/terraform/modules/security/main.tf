# What a region needs to be safe: its key, GuardDuty, a trail of every call to AWS, and encrypted disks by default.
variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "trail" {
  description = "Bucket and KMS key of the trail; null where another region's trail is of all regions."
  type        = object({ bucket = string, key_arn = string })
  default     = null
}

data "aws_caller_identity" "this" {}
data "aws_region" "this" {}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.this.account_id}:root"]
    }
  }
  statement {
    sid       = "Logs"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["logs.${data.aws_region.this.name}.amazonaws.com", "cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "this" {
  description             = "Everything of ${var.name} in this region"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_s3_account_public_access_block" "this" {
  count                   = var.trail == null ? 0 : 1
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_guardduty_detector" "this" {
  enable = true
}

resource "aws_guardduty_detector_feature" "this" {
  for_each    = toset(["S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "EBS_MALWARE_PROTECTION"])
  detector_id = aws_guardduty_detector.this.id
  name        = each.key
  status      = "ENABLED"
}

resource "aws_cloudtrail" "this" {
  count                         = var.trail == null ? 0 : 1
  name                          = var.name
  s3_bucket_name                = var.trail.bucket
  kms_key_id                    = var.trail.key_arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
}

output "key_arn" { value = aws_kms_key.this.arn }
