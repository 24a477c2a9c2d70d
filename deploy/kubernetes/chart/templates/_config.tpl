{{/* Where the chart mounts what is config.yml's to know. */}}
{{- define "flotilla.configDir" -}}/etc/flotilla{{- end -}}
{{- define "flotilla.kubeconfigDir" -}}/etc/flotilla-kubeconfigs{{- end -}}
{{- define "flotilla.dataDir" -}}/var/lib/flotilla/data{{- end -}}
{{- define "flotilla.logDir" -}}/var/lib/flotilla/logs{{- end -}}

{{/* What config may not have: a ConfigMap is no place for secrets, and some keys follow from the pods. */}}
{{- define "flotilla.checkConfig" -}}
{{- range $key, $value := .Values.config -}}
{{- if regexMatch "(^database_(listen_)?url|_api_key|_password|_secret|_token|_private_key|_access_key|_otlp_headers)$" $key -}}
{{- fail (printf "config.%s is a secret: put %s into the Secret that existingSecret names" $key (upper $key)) -}}
{{- end -}}
{{- if has $key (list "http_server_listen_address" "data_dir" "log_store_dir" "eks_kubeconfig_basepath") -}}
{{- fail (printf "config.%s is set by the chart" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "flotilla.config" -}}
{{- include "flotilla.checkConfig" . -}}
{{- $own := dict
      "temporal_address" (required "config.temporal_address: where is Temporal's frontend? host:port" .Values.config.temporal_address)
      "http_server_listen_address" "0.0.0.0:3000"
      "data_dir" (include "flotilla.dataDir" .)
-}}
{{- if include "flotilla.inCluster" . -}}
{{- $_ := set $own "eks_clusters" (prepend (.Values.config.eks_clusters | default list) .Values.config.eks_in_cluster | uniq) -}}
{{- end -}}
{{- if not .Values.config.eks_job_namespace -}}
{{- $_ := set $own "eks_job_namespace" (first .Values.jobNamespaces) -}}
{{- end -}}
{{- if include "flotilla.usesLogVolume" . -}}
{{- $_ := set $own "log_store_dir" (include "flotilla.logDir" .) -}}
{{- end -}}
{{- if .Values.kubeconfigs.secret -}}
{{- $_ := set $own "eks_kubeconfig_basepath" (include "flotilla.kubeconfigDir" .) -}}
{{- end -}}
{{- $config := omit .Values.config "eks_in_cluster" -}}
{{- if include "flotilla.inCluster" . -}}
{{- $config = .Values.config -}}
{{- end -}}
{{- toYaml (mergeOverwrite (deepCopy $config) $own) -}}
{{- end -}}
