# A bucket that nobody outside reads, that keeps what was overwritten, and that copies itself to another region where
# `replica_arn` names a bucket there.
variable "name" {
  description = "Name of the bucket, unique in the world."
  type        = string
}

variable "key_arn" {
  description = "KMS key of the region."
  type        = string
}

variable "keep_days" {
  description = "Days after which versions that were overwritten are deleted."
  type        = number
  default     = 365
}

variable "lock_days" {
  description = "Days in which nobody, not even an administrator, can delete; 0 for none. For backups."
  type        = number
  default     = 0
}

variable "trail_arn" {
  description = "CloudTrail that writes here; null for none."
  type        = string
  default     = null
}

variable "replica" {
  description = "Bucket of another region that has everything, too, and the key there."
  type        = object({ bucket_arn = string, key_arn = string })
  default     = null
}

resource "aws_s3_bucket" "this" {
  bucket              = var.name
  object_lock_enabled = var.lock_days > 0
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id
  rule { object_ownership = "BucketOwnerEnforced" }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arn
    }
  }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count  = var.lock_days > 0 ? 1 : 0
  bucket = aws_s3_bucket.this.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = var.lock_days
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration { noncurrent_days = var.keep_days }
    abort_incomplete_multipart_upload { days_after_initiation = 7 }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}

data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "OnlyByTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
  dynamic "statement" {
    for_each = var.trail_arn == null ? {} : { "s3:GetBucketAcl" = aws_s3_bucket.this.arn, "s3:PutObject" = "${aws_s3_bucket.this.arn}/AWSLogs/*" }
    content {
      actions   = [statement.key]
      resources = [statement.value]
      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceArn"
        values   = [var.trail_arn]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket     = aws_s3_bucket.this.id
  policy     = data.aws_iam_policy_document.bucket.json
  depends_on = [aws_s3_bucket_public_access_block.this]
}

data "aws_iam_policy_document" "replication_assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "replication" {
  count              = var.replica == null ? 0 : 1
  name_prefix        = "ece-replication-"
  assume_role_policy = data.aws_iam_policy_document.replication_assume.json
}

data "aws_iam_policy_document" "replication" {
  count = var.replica == null ? 0 : 1
  statement {
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [aws_s3_bucket.this.arn]
  }
  statement {
    actions   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
    resources = ["${aws_s3_bucket.this.arn}/*"]
  }
  statement {
    actions   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
    resources = ["${var.replica.bucket_arn}/*"]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [var.key_arn]
  }
  statement {
    actions   = ["kms:Encrypt"]
    resources = [var.replica.key_arn]
  }
}

resource "aws_iam_role_policy" "replication" {
  count  = var.replica == null ? 0 : 1
  role   = aws_iam_role.replication[0].id
  policy = data.aws_iam_policy_document.replication[0].json
}

resource "aws_s3_bucket_replication_configuration" "this" {
  count  = var.replica == null ? 0 : 1
  bucket = aws_s3_bucket.this.id
  role   = aws_iam_role.replication[0].arn
  rule {
    id     = "everything"
    status = "Enabled"
    filter {}
    delete_marker_replication { status = "Enabled" }
    source_selection_criteria {
      sse_kms_encrypted_objects { status = "Enabled" }
    }
    destination {
      bucket        = var.replica.bucket_arn
      storage_class = "STANDARD_IA"
      encryption_configuration { replica_kms_key_id = var.replica.key_arn }
    }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}

output "arn" { value = aws_s3_bucket.this.arn }
output "name" {
  value = aws_s3_bucket.this.id
  # Who writes here must be allowed to first.
  depends_on = [aws_s3_bucket_policy.this]
}
