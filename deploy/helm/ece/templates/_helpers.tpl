{{/* Labels of everything, without those of `ece.selector`. Call with the root. */}}
{{- define "ece.labels" -}}
app.kubernetes.io/part-of: ece
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* What finds the pods of a role. Call with (dict "root" $ "role" name). */}}
{{- define "ece.selector" -}}
app.kubernetes.io/name: ece-{{ .role }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* The name of a role's objects. */}}
{{- define "ece.name" -}}
{{ .root.Release.Name }}-{{ .role }}
{{- end }}

{{/* An image by its digest, or by its tag where there is none. Call with a value of `image`. */}}
{{- define "ece.image" -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag }}{{ end }}
{{- end }}

{{/* One secret variable. Call with (list "ece-common" "ECE_X"). */}}
{{- define "ece.secretEnv" -}}
- name: {{ index . 1 }}
  valueFrom: { secretKeyRef: { name: {{ index . 0 }}, key: {{ index . 1 }} } }
{{- end }}

{{/* The security of every pod: the restricted Pod Security Standard. */}}
{{- define "ece.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* The security of every container. */}}
{{- define "ece.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/*
The variables of a process. Call with (dict "root" $ "role" name "spec" role).
*/}}
{{- define "ece.env" -}}
{{- $root := .root -}}
- { name: ECE_HOST, value: 0.0.0.0 }
- { name: ECE_PORT, value: '3000' }
- { name: ECE_DATA_DIR, value: /tmp/ece }
- { name: ECE_DRAIN_SECONDS, value: {{ $root.Values.drainSeconds | quote }} }
{{- range .spec.calls }}
- { name: ECE_{{ upper . }}_URL, value: 'http://{{ $root.Release.Name }}-{{ . }}:3000' }
{{- end }}
{{- range $name, $value := .spec.config }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- if eq $root.Values.database.mode "cnpg" }}
{{- $database := printf "%s-database" $root.Release.Name }}
{{- $tls := "sslmode=verify-full&sslrootcert=/var/run/ece/database/ca.crt" }}
- name: DATABASE_URI
  valueFrom: { secretKeyRef: { name: {{ $database }}-app, key: uri } }
- { name: ECE_DATABASE_URL, value: '$(DATABASE_URI)?{{ $tls }}' }
{{- if $root.Values.database.replica }}
- name: DATABASE_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $database }}-app, key: password } }
- { name: ECE_DATABASE_REPLICA_URL, value: 'postgres://ece:$(DATABASE_PASSWORD)@{{ $database }}-ro:5432/ece?{{ $tls }}' }
{{- end }}
{{- else }}
{{ include "ece.secretEnv" (list "ece-common" "ECE_DATABASE_URL") }}
{{- if $root.Values.database.replica }}
{{ include "ece.secretEnv" (list "ece-common" "ECE_DATABASE_REPLICA_URL") }}
{{- end }}
{{- end }}
{{- if $root.Values.database.pooler }}
- { name: ECE_DATABASE_POOLER, value: 'true' }
{{- end }}
{{- range list "ECE_SOLANA_URL" "ECE_TOKEN_SECRET" "ECE_INTERNAL_SECRET" "ECE_NOTIFICATION_SECRET" }}
{{ include "ece.secretEnv" (list "ece-common" .) }}
{{- end }}
{{- if $root.Values.redis.enabled }}
{{ include "ece.secretEnv" (list "ece-common" "ECE_REDIS_URL") }}
{{- end }}
{{- if and (eq .role "search") $root.Values.searchEngine.enabled }}
{{ include "ece.secretEnv" (list "ece-search" "ECE_SEARCH_ENGINE_URL") }}
- { name: ECE_SEARCH_ENGINE_INDEX, value: {{ $root.Values.searchEngine.index }} }
{{- if $root.Values.searchEngine.apiKey }}
{{ include "ece.secretEnv" (list "ece-search" "ECE_SEARCH_ENGINE_API_KEY") }}
{{- end }}
{{- if $root.Values.searchEngine.ca }}
- { name: ECE_SEARCH_ENGINE_CA_FILE, value: /var/run/ece/search/ca.crt }
{{- end }}
{{- end }}
{{- with $root.Values.monitoring.collector }}
{{- if .enabled }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: 'http://{{ $root.Release.Name }}-collector.{{ .namespace }}:4318' }
- { name: ECE_TRACES_SAMPLE, value: {{ .sample | quote }} }
{{- end }}
{{- end }}
{{- if .spec.signs }}
{{ include "ece.secretEnv" (list "ece-signing" "ECE_KEYS_PASSPHRASE") }}
- { name: ECE_KEYS_FILE, value: /var/run/ece/keys/keys.json }
{{- end }}
{{- if .spec.content }}
- { name: ECE_CONTENT_DIR, value: /var/lib/ece/content }
{{- end }}
{{- if and (eq .role "notifications") $root.Values.mailFrom }}
{{ include "ece.secretEnv" (list "ece-mail" "ECE_SMTP_URL") }}
- { name: ECE_MAIL_FROM, value: {{ $root.Values.mailFrom | quote }} }
{{- end }}
{{- if and (eq .role "auth") $root.Values.adminEmail }}
{{ include "ece.secretEnv" (list "ece-admin" "ECE_ADMIN_PASSWORD") }}
- { name: ECE_ADMIN_EMAIL, value: {{ $root.Values.adminEmail | quote }} }
{{- end }}
{{- end }}

{{/* The authority of the database's certificate, where it has one of its own: the mount and the volume. Call with the root. */}}
{{- define "ece.databaseMount" -}}
{{- if or (eq .Values.database.mode "cnpg") .Values.database.ca }}
- { name: database, mountPath: /var/run/ece/database, readOnly: true }
{{- end }}
{{- end }}

{{- define "ece.databaseVolume" -}}
{{- if eq .Values.database.mode "cnpg" }}
- name: database
  secret: { secretName: {{ .Release.Name }}-database-ca, defaultMode: 0440, items: [{ key: ca.crt, path: ca.crt }] }
{{- else if .Values.database.ca }}
- name: database
  secret: { secretName: ece-common, defaultMode: 0440, items: [{ key: database-ca.crt, path: ca.crt }] }
{{- end }}
{{- end }}

{{/*
The pod of a role, for a Deployment or a Rollout. Call with (dict "root" $ "role" name "spec" role).
*/}}
{{- define "ece.pod" -}}
{{- $values := .root.Values -}}
metadata:
  labels:
    {{- include "ece.selector" . | nindent 4 }}
    {{- include "ece.labels" .root | nindent 4 }}
    ece/role: {{ .role }}
  annotations:
    # A change of the settings is a new version of the pods.
    checksum/config: {{ $values.config | toJson | sha256sum }}
spec:
  serviceAccountName: {{ include "ece.name" . }}
  automountServiceAccountToken: false
  # Kubernetes would add ECE_..._PORT and the like for every service, which the exchange refuses as unknown settings.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ add $values.preStopSeconds $values.drainSeconds $values.stopSeconds }}
  securityContext: {{- include "ece.podSecurity" . | nindent 4 }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets: {{- range . }}
    - { name: {{ . }} }
  {{- end }}
  {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "ece.selector" $ | nindent 10 }}
    {{- end }}
  containers:
    - name: ece
      image: {{ include "ece.image" (index $values.image (.spec.image | default "server")) }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: [serve, --roles, {{ .role }}]
      envFrom:
        - configMapRef: { name: {{ .root.Release.Name }}-config }
      env: {{- include "ece.env" . | nindent 8 }}
      ports:
        - { name: http, containerPort: 3000 }
      startupProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 2
        failureThreshold: 90
      livenessProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /health/ready, port: http }
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 3
      # Nobody new is sent here while it sleeps; then, told to stop, it ends the connections that are open with their next
      # answer.
      lifecycle:
        preStop: { sleep: { seconds: {{ $values.preStopSeconds }} } }
      resources: {{- toYaml (.spec.resources | default $values.defaults.resources) | nindent 8 }}
      securityContext: {{- include "ece.containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- include "ece.databaseMount" .root | nindent 8 }}
        {{- if .spec.signs }}
        - { name: keys, mountPath: /var/run/ece/keys, readOnly: true }
        {{- end }}
        {{- if and (eq .role "search") $values.searchEngine.enabled $values.searchEngine.ca }}
        - { name: search, mountPath: /var/run/ece/search, readOnly: true }
        {{- end }}
        {{- if .spec.content }}
        - { name: content, mountPath: /var/lib/ece/content }
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: { sizeLimit: 1Gi }
    {{- include "ece.databaseVolume" .root | nindent 4 }}
    {{- if .spec.signs }}
    - name: keys
      secret: { secretName: ece-signing, defaultMode: 0440, items: [{ key: keys.json, path: keys.json }] }
    {{- end }}
    {{- if and (eq .role "search") $values.searchEngine.enabled $values.searchEngine.ca }}
    - name: search
      secret: { secretName: ece-search, defaultMode: 0440, items: [{ key: ca.crt, path: ca.crt }] }
    {{- end }}
    {{- if .spec.content }}
    - name: content
      persistentVolumeClaim: { claimName: {{ .root.Release.Name }}-content }
    {{- end }}
{{- end }}
