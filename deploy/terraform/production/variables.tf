variable "regions" {
  description = "The region that trades, and the one that waits."
  type        = object({ primary = string, secondary = string })
  default     = { primary = "eu-central-1", secondary = "eu-west-1" }
  validation {
    condition     = var.regions.primary != var.regions.secondary
    error_message = "Two regions have to be two."
  }
}

variable "domain" {
  description = "Address of the exchange."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone of the domain."
  type        = string
}

variable "certificate_arn" {
  description = "ACM certificate of the domain in us-east-1."
  type        = string
}

variable "origins" {
  description = "Load balancers of the ingress in each region, known once the chart is installed; until then null, and nothing is reached from outside."
  type        = map(object({ dns_name = string, zone_id = string }))
  default     = null
}

variable "vpn" {
  description = "Client VPN of the administrators in each region; see modules/network."
  type        = map(object({ cidr = string, certificate_arn = string, saml_arn = string, group = string }))
  validation {
    condition     = contains(keys(var.vpn), "primary") && contains(keys(var.vpn), "secondary")
    error_message = "The clusters have no public address: administrators need the VPN of both regions."
  }
}

variable "pools" {
  description = "Machines of the clusters: stable ones on demand, the rest on spot, of several kinds so that some are always to be had."
  type        = map(object({ types = list(string), capacity = string, min = number, max = number, desired = number }))
  default = {
    stable = { types = ["m7i.large"], capacity = "ON_DEMAND", min = 3, max = 9, desired = 3 }
    spot   = { types = ["m7i.large", "m6i.large", "m6a.large", "m7a.large"], capacity = "SPOT", min = 0, max = 20, desired = 3 }
  }
}

variable "database" {
  description = "Size of PostgreSQL in both regions."
  type        = object({ instance_class = string, storage_gib = number })
  default     = { instance_class = "db.m7g.large", storage_gib = 200 }
}

variable "cache" {
  description = "Redis; the second region goes without until it has one here, and values/region-2.yaml switches it on."
  type = object({
    primary   = object({ node_type = string, shards = number, user_group_id = string })
    secondary = optional(object({ node_type = string, shards = number, user_group_id = string }))
  })
}

variable "logs" {
  description = "OpenSearch for search and logs; as `cache` for the second region."
  type = object({
    primary   = object({ instance_type = string, nodes = number, storage_gib = number, master_role_arn = string })
    secondary = optional(object({ instance_type = string, nodes = number, storage_gib = number, master_role_arn = string }))
  })
}

variable "access_log_bucket" {
  description = "Domain name of a bucket that takes CloudFront's access logs."
  type        = string
}

variable "alarm_topic_arns" {
  description = "SNS topics that lead to the people on call: in us-east-1, and in the second region, as an alarm speaks to its own region."
  type        = object({ global = string, secondary = string })
}

variable "shield_advanced" {
  description = "Shield Advanced: 3,000 USD a month."
  type        = bool
  default     = false
}

variable "monthly_usd" {
  description = "What a month may cost."
  type        = number
  default     = 2500
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
