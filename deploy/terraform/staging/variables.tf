variable "region" {
  description = "Region of staging."
  type        = string
  default     = "eu-central-1"
}

variable "vpn" {
  description = "Client VPN of the administrators; see modules/network."
  type        = object({ cidr = string, certificate_arn = string, saml_arn = string, group = string })
}

variable "cache" {
  description = "Redis; it does not sleep, so small."
  type        = object({ node_type = string, shards = number, user_group_id = string })
}

variable "logs" {
  description = "OpenSearch for search and logs; it does not sleep, so one small node."
  type        = object({ instance_type = string, nodes = number, storage_gib = number, master_role_arn = string })
}

variable "monthly_usd" {
  description = "What a month may cost."
  type        = number
  default     = 450
}

variable "budget_emails" {
  description = "Who hears of budgets."
  type        = list(string)
}

variable "cost_centre" {
  description = "Value of the tag CostCentre of everything."
  type        = string
  default     = "exchange"
}
