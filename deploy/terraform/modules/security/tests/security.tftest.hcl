mock_provider "aws" {
  mock_data "aws_iam_policy_document" { defaults = { json = "{}" } }
  mock_data "aws_region" { defaults = { name = "eu-central-1" } }
  mock_resource "aws_kms_key" { defaults = { arn = "arn:aws:kms:eu-central-1:000000000000:key/x" } }
}

variables {
  name  = "ece-test"
  trail = { bucket = "trail", key_arn = "arn:aws:kms:eu-central-1:000000000000:key/x" }
}

run "properties" {
  # keys turn disks are encrypted and somebody watches
  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_ebs_encryption_by_default.this.enabled
    error_message = "Keys do not rotate, or disks are not encrypted by default."
  }
  assert {
    condition     = aws_guardduty_detector.this.enable && length(aws_guardduty_detector_feature.this) == 4
    error_message = "GuardDuty does not watch."
  }
  assert {
    condition     = aws_cloudtrail.this[0].is_multi_region_trail && aws_cloudtrail.this[0].enable_log_file_validation && aws_cloudtrail.this[0].kms_key_id == var.trail.key_arn
    error_message = "There is no trail of all regions that can be trusted."
  }
}
