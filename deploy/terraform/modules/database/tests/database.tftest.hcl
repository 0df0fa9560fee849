mock_provider "aws" {
  mock_data "aws_iam_policy_document" { defaults = { json = "{}" } }
  mock_data "aws_region" { defaults = { name = "eu-central-1" } }
  mock_resource "aws_iam_role" { defaults = { arn = "arn:aws:iam::000000000000:role/x" } }
}

variables {
  name                     = "ece-test"
  vpc_id                   = "vpc-0"
  subnet_ids               = ["subnet-0", "subnet-1"]
  client_security_group_id = "sg-1"
  key_arn                  = "arn:aws:kms:eu-central-1:000000000000:key/x"
  instance_class           = "db.m7g.large"
  storage_gib              = 100
}

run "properties" {
  # a primary is private encrypted backed up and cannot be deleted
  assert {
    condition     = !aws_db_instance.this.publicly_accessible && aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.key_arn
    error_message = "The database is public or not encrypted."
  }
  assert {
    condition     = aws_db_instance.this.multi_az && aws_db_instance.this.backup_retention_period == 35 && aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot
    error_message = "The database can be lost."
  }
  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "The password is in the state."
  }
  assert {
    condition     = anytrue([for parameter in aws_db_parameter_group.this.parameter : parameter.name == "rds.force_ssl" && parameter.value == "1"])
    error_message = "Connections without TLS are taken."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.clients.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.clients.referenced_security_group_id == "sg-1"
    error_message = "Others than the exchange may connect."
  }
}

run "a_replica_follows_and_is_as_safe" {
  variables {
    source_arn  = "arn:aws:rds:eu-central-1:000000000000:db:ece-production"
    backup_days = 7
  }
  assert {
    condition     = aws_db_instance.this.replicate_source_db == var.source_arn && aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible && aws_db_instance.this.backup_retention_period == 7
    error_message = "The replica is no safe replica."
  }
}

run "a_day_of_backups_is_refused" {
  command = plan
  variables { backup_days = 1 }
  expect_failures = [var.backup_days]
}
