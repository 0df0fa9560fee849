mock_provider "aws" {
  mock_data "aws_iam_policy_document" { defaults = { json = "{}" } }
  mock_data "aws_region" { defaults = { name = "eu-central-1" } }
  mock_resource "aws_iam_role" { defaults = { arn = "arn:aws:iam::000000000000:role/x" } }
  mock_resource "aws_s3_bucket" { defaults = { arn = "arn:aws:s3:::x" } }
}

variables {
  name    = "ece-test-content"
  key_arn = "arn:aws:kms:eu-central-1:000000000000:key/x"
}

run "properties" {
  # a bucket is private versioned and encrypted
  assert {
    condition     = alltrue([aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy, aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets])
    error_message = "The bucket can be made public."
  }
  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "What is overwritten is lost."
  }
  assert {
    condition     = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"])
    error_message = "The bucket is not encrypted by our key."
  }
  assert {
    condition     = length(aws_s3_bucket_replication_configuration.this) == 0
    error_message = "The bucket copies itself to nowhere."
  }
}

run "backups_cannot_be_deleted_and_are_in_the_other_region" {
  variables {
    lock_days = 30
    replica   = { bucket_arn = "arn:aws:s3:::other", key_arn = "arn:aws:kms:eu-west-1:000000000000:key/y" }
  }
  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].mode == "COMPLIANCE"
    error_message = "Backups can be deleted."
  }
  assert {
    condition     = one(aws_s3_bucket_replication_configuration.this[0].rule).destination[0].bucket == "arn:aws:s3:::other" && one(aws_s3_bucket_replication_configuration.this[0].rule).destination[0].encryption_configuration[0].replica_kms_key_id == "arn:aws:kms:eu-west-1:000000000000:key/y"
    error_message = "The copy is elsewhere, or not encrypted."
  }
}

run "a_trail_may_write_and_nobody_else" {
  variables { trail_arn = "arn:aws:cloudtrail:eu-central-1:000000000000:trail/ece-test" }
  assert {
    condition = { for it in data.aws_iam_policy_document.bucket.statement : one(it.actions) => one(it.condition).values if it.effect != "Deny" } == {
      "s3:GetBucketAcl" = tolist([var.trail_arn])
      "s3:PutObject"    = tolist([var.trail_arn])
    }
    error_message = "CloudTrail cannot write its trail, or somebody else can."
  }
}
