/* Written by npm run build from the OpenAPI document of this server. */

export interface paths {
  '/api/v8/runs/by-id': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Runs by how their id begins
     * @description With or without the engine before it, and with case; in the order of their ids.
     */
    get: operations['findRunsById'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/counts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How many runs there are of each status, counted up to a bound */
    get: operations['countRuns'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/definitions/{definition_id}/runs-count': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How many runs a definition has, counted up to a bound */
    get: operations['countDefinitionRuns'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Changes of runs as they happen
     * @description Server-sent events, each told within a second or so of the commit:
     *     `run` (RunSummary, of which a long `exit_reason` is cut): a run that matches is new or has changed; quick
     *     steps may be told as one. `gone` ({run_id}): a run changed and matches no more; it may be one that you do
     *     not have. `reset` ({}): what was missed cannot be told, so read the list again. To miss nothing, open the
     *     stream, and when it has answered, read the list. Every 15 s at least there is an event or a comment. A stream
     *     ends after some minutes, when the server stops, and when its reader is too slow: resume by Last-Event-ID.
     */
    get: operations['followRuns'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Everything of a run as it happens, until it is over
     * @description Server-sent events: `run` (Run), `attempt` (Attempt) and `event` (Event) at once and
     *     whenever one changes; `transition` (Transition), with its position as the id by which a stream is resumed;
     *     `log` (LogGrowth) when a log has grown, at most four times a second, to be read by `/log`;
     *     `end` ({}) when the run is over and all of it was told.
     */
    get: operations['followRun'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Runs, the last queued first
     * @description With `finished_since` or `finished_until`, the last ended first.
     */
    get: operations['listRuns'];
    put?: never;
    /** Run a definition, named by id or alias */
    post: operations['launchRun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: operations['getRun'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/children': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Runs started from within a run, the last queued first */
    get: operations['listChildren'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/stop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Stop a run and every run started from within it
     * @description The wish is on record when this answers; a run is STOPPED when its job has ended.
     */
    post: operations['stopRun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/rerun': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Launch a run again as it was, on its definition as it is now */
    post: operations['rerunRun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/transitions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How a run came to its status, in order */
    get: operations['listTransitions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/attempts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The attempts of a run, the first one first */
    get: operations['listAttempts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What happened to a run's jobs on their cluster, the earliest first
     * @description An event that happens again counts up and moves to the time at which it did. Of a run with very many the oldest of type Normal are dropped.
     */
    get: operations['listEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/manifest': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the engine was given for an attempt, in its own words */
    get: operations['getManifest'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/log': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The log of an attempt by byte offset, or as it grows */
    get: operations['readLog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/log/lines': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lines of the log of an attempt */
    get: operations['readLogLines'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/runs/{run_id}/log/search': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Lines of the log of an attempt that contain a text
     * @description A line of JSON for each match as it is found, and a last one with `done: true`.
     */
    get: operations['searchLog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/definitions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Definitions, by alias */
    get: operations['listDefinitions'];
    put?: never;
    /** Define a job */
    post: operations['createDefinition'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/definitions/{definition_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A definition */
    get: operations['getDefinition'];
    put?: never;
    post?: never;
    /** Delete a definition; its runs and their history stay */
    delete: operations['deleteDefinition'];
    options?: never;
    head?: never;
    /**
     * Change what is named of a definition
     * @description A change is a new version; runs keep the version with which they were launched.
     */
    patch: operations['updateDefinition'];
    trace?: never;
  };
  '/api/v8/definitions/{definition_id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The latest thousand versions of a definition, the newest first */
    get: operations['listVersions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/definitions/{definition_id}/versions/{version}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A definition as it was in a version */
    get: operations['getVersion'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/templates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The latest version of each template, by name */
    get: operations['listTemplates'];
    put?: never;
    /**
     * Make a template, or a new version of one that differs from its latest
     * @description The schema must be one, and the command template must parse.
     */
    post: operations['createTemplate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/template-previews': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a payload gives with a template that is not stored */
    post: operations['previewDraft'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/templates/{template_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A version of a template */
    get: operations['getTemplate'];
    put?: never;
    post?: never;
    /** Delete a version of which there are no runs; else it is a conflict */
    delete: operations['deleteTemplate'];
    options?: never;
    head?: never;
    /** Change description and avatar of a version, which stays the same version */
    patch: operations['updateTemplate'];
    trace?: never;
  };
  '/api/v8/templates/{template_id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every version of the name that a template has, the newest first */
    get: operations['listTemplateVersions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/templates/{template_id}/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a payload gives; nothing is launched */
    post: operations['previewTemplate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/templates/{template_id}/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Run a version of a template */
    post: operations['launchTemplate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/clusters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every cluster, by name */
    get: operations['listClusters'];
    put?: never;
    /** Register a cluster; workers that have its engine serve it within seconds */
    post: operations['addCluster'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/clusters/{cluster_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A cluster */
    get: operations['getCluster'];
    put?: never;
    post?: never;
    /** Forget a cluster; with runs that are not over it is a conflict */
    delete: operations['deleteCluster'];
    options?: never;
    head?: never;
    /**
     * Change what is named of a cluster
     * @description In status `maintenance` or `offline` nothing starts there; what runs goes on, and what waits says so.
     */
    patch: operations['updateCluster'];
    trace?: never;
  };
  '/api/v8/bulk-actions/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a bulk action would concern; changes nothing */
    post: operations['previewBulkAction'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/bulk-actions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Stop, or launch again, every run that matches a filter
     * @description Goes on by itself, page by page, whatever becomes of the caller. Runs that are queued after it was asked for are left alone. A run is launched again as it was, on its definition as it is now.
     */
    post: operations['startBulkAction'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/bulk-actions/{bulk_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How far a bulk action is */
    get: operations['getBulkAction'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/bulk-actions/{bulk_id}/abort': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End a bulk action after the runs at work; what was done stays done */
    post: operations['abortBulkAction'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/overview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How the installation stands, and how runs went in the last hours */
    get: operations['getOverview'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/suggestions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Values that are in use, by how they begin, with case
     * @description From definitions, clusters and recent runs, in order.
     */
    get: operations['listSuggestions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v8/about': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a client may want to know of this installation */
    get: operations['about'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/task': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Definitions */
    get: {
      parameters: {
        query?: {
          limit?: number | null;
          offset?: number | null;
          sort_by?: string;
          order?: 'asc' | 'desc';
          /** @description NAME|VALUE; repeatable */
          env?: string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinitionList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    /** Define a job */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyDefinitionFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinition'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/task/{definition_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A definition */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinition'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    /** Change a definition */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyDefinitionFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinition'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    /** Delete a definition; its runs stay */
    delete: {
      parameters: {
        query?: {
          /** @description true: stop its live runs */
          stop?: 'true' | 'false';
        };
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              deleted: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/task/alias/{alias}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A definition by alias */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          alias: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinition'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/task/{definition_id}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Run a definition */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyLaunch'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/task/alias/{alias}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Run a definition by alias */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          alias: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyLaunch'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Runs */
    get: {
      parameters: {
        query?: {
          limit?: number | null;
          offset?: number | null;
          sort_by?: string;
          order?: 'asc' | 'desc';
          /** @description NAME|VALUE; repeatable */
          env?: string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRunList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/history/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/task/history/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/task/{definition_id}/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Runs of a definition */
    get: {
      parameters: {
        query?: {
          limit?: number | null;
          offset?: number | null;
          sort_by?: string;
          order?: 'asc' | 'desc';
          /** @description NAME|VALUE; repeatable */
          env?: string[];
        };
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRunList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/task/{definition_id}/history/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    /** Stop a run and every run started from within it */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              terminated: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/{run_id}/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Declare a status */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyStatusFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              updated: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/{run_id}/logs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A page of a log */
    get: {
      parameters: {
        query?: {
          /** @description `last_seen` of the page before */
          last_seen?: string;
          raw_text?: 'true' | 'false';
          /** @description of a Spark job: one file of a container instead, the newest whose name has this word (`driver`) and the facility */
          role?: string;
          /** @description `stderr` or `stdout`, with `role` */
          facility?: string;
        };
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyLog'];
            'text/plain': string;
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/{run_id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Events of a run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyEvents'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/groups': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Groups */
    get: {
      parameters: {
        query?: {
          /** @description text that the name contains */
          name?: string;
          limit?: number | null;
          offset?: number | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              total: number;
              limit: number;
              offset: number;
              groups: string[];
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tags': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tags */
    get: {
      parameters: {
        query?: {
          /** @description text that the name contains */
          name?: string;
          limit?: number | null;
          offset?: number | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              total: number;
              limit: number;
              offset: number;
              tags: string[];
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/clusters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Clusters */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyClusterList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v2/task/{definition_id}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Run a definition */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyLaunch'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v4/task/{definition_id}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Run a definition */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyLaunch'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v5/worker': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Worker counts, kept only */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyWorkerList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    /** Set worker counts */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            worker_type?: string;
            count_per_instance?: number;
          }[];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyWorkerList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v5/worker/{worker_type}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A worker count */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          worker_type: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyWorker'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    /** Set a worker count */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          worker_type: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            worker_type?: string;
            count_per_instance?: number;
          };
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyWorker'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/task': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Definitions */
    get: {
      parameters: {
        query?: {
          limit?: number | null;
          offset?: number | null;
          sort_by?: string;
          order?: 'asc' | 'desc';
          /** @description NAME|VALUE; repeatable */
          env?: string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinitionList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    /** Define a job */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyDefinitionFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinition'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/task/{definition_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A definition */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinition'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    /** Change a definition */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyDefinitionFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinition'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    /** Delete a definition; its runs stay */
    delete: {
      parameters: {
        query?: {
          /** @description true: stop its live runs */
          stop?: 'true' | 'false';
        };
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              deleted: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/task/alias/{alias}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A definition by alias */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          alias: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyDefinition'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/task/{definition_id}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Run a definition */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyLaunch'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/task/alias/{alias}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Run a definition by alias */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          alias: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyLaunch'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Runs */
    get: {
      parameters: {
        query?: {
          limit?: number | null;
          offset?: number | null;
          sort_by?: string;
          order?: 'asc' | 'desc';
          /** @description NAME|VALUE; repeatable */
          env?: string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRunList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/history/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/task/history/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/task/{definition_id}/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Runs of a definition */
    get: {
      parameters: {
        query?: {
          limit?: number | null;
          offset?: number | null;
          sort_by?: string;
          order?: 'asc' | 'desc';
          /** @description NAME|VALUE; repeatable */
          env?: string[];
        };
        header?: never;
        path: {
          definition_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRunList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/task/{definition_id}/history/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    /** Stop a run and every run started from within it */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          definition_id: string;
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              terminated: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/{run_id}/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The status of a run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRunStatus'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    /** Declare a status */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyStatusFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              updated: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/{run_id}/logs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A page of a log */
    get: {
      parameters: {
        query?: {
          /** @description `last_seen` of the page before */
          last_seen?: string;
          raw_text?: 'true' | 'false';
          /** @description of a Spark job: one file of a container instead, the newest whose name has this word (`driver`) and the facility */
          role?: string;
          /** @description `stderr` or `stdout`, with `role` */
          facility?: string;
        };
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyLog'];
            'text/plain': string;
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/{run_id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Events of a run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyEvents'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/groups': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Groups */
    get: {
      parameters: {
        query?: {
          /** @description text that the name contains */
          name?: string;
          limit?: number | null;
          offset?: number | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              total: number;
              limit: number;
              offset: number;
              groups: string[];
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/tags': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tags */
    get: {
      parameters: {
        query?: {
          /** @description text that the name contains */
          name?: string;
          limit?: number | null;
          offset?: number | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              total: number;
              limit: number;
              offset: number;
              tags: string[];
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/clusters': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Clusters */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyClusterList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    /** Add a cluster */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyClusterFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              created: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/clusters/{cluster_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A cluster */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          cluster_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyCluster'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    /** Replace it */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          cluster_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyClusterFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              updated: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    /** Remove a cluster */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          cluster_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              deleted: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/history/{run_id}/payload': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the template of a run was given, merged with its defaults */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              [key: string]: unknown;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v6/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether this process answers */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              status: string;
              message: string;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Templates */
    get: {
      parameters: {
        query?: {
          limit?: number | null;
          offset?: number | null;
          sort_by?: 'template_name' | 'version';
          order?: 'asc' | 'desc';
          /** @description false: every version; else the latest of each name */
          latest_only?: 'true' | 'false';
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyTemplateList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    /** Make a template, or a new version of one that differs */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyTemplateFields'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              did_create: boolean;
              template: components['schemas']['LegacyTemplate'];
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template/{template_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A template */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          template_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyTemplate'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    /** Change description and avatar */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          template_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyTemplateAppearance'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyTemplate'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    /** Delete a version of which there are no runs */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          template_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              deleted: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template/{template_id}/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The command that a payload gives; nothing is launched */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          template_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            template_payload?: {
              [key: string]: unknown;
            };
          };
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              template_payload: {
                [key: string]: unknown;
              };
              command: string;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template/{template_id}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Run a template */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          template_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyTemplateLaunch'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template/name/{template_name}/version/{template_version}/execute': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Run a version of a template, or `latest` */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          template_name: string;
          template_version: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['LegacyTemplateLaunch'];
        };
      };
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template/history/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template/history/{run_id}/payload': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the template of a run was given, merged with its defaults */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              [key: string]: unknown;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template/{template_id}/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Runs of a version of a template */
    get: {
      parameters: {
        query?: {
          limit?: number | null;
          offset?: number | null;
          sort_by?: string;
          order?: 'asc' | 'desc';
          /** @description NAME|VALUE; repeatable */
          env?: string[];
        };
        header?: never;
        path: {
          template_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRunList'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v7/template/{template_id}/history/{run_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A run */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          template_id: string;
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyRun'];
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    put?: never;
    post?: never;
    /** Stop a run and every run started from within it */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          template_id: string;
          run_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description done */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              terminated: boolean;
            };
          };
        };
        /** @description what went wrong */
        default: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': components['schemas']['LegacyError'];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    LogGrowth: {
      attempt: number;
      /** @description bytes so far */
      size: number;
      /** @description null while it may grow */
      lines: number | null;
      /** @description true when it grows no more */
      complete: boolean;
    };
    LegacyDefinitionFields: {
      alias?: string;
      image?: string;
      group_name?: string;
      command?: string;
      memory?: number;
      cpu?: number;
      gpu?: number;
      ephemeral_storage?: number;
      adaptive_resource_allocation?: boolean;
      requires_docker?: boolean;
      task_type?: string;
      target_cluster?: string;
      env?: {
        /** @default  */
        name?: string;
        /** @default  */
        value?: string;
        secret?: {
          /** @default  */
          name?: string;
          /** @default  */
          key?: string;
          optional?: boolean;
        };
      }[];
      ports?: number[];
      tags?: string[];
    };
    LegacyLaunch: {
      cluster?: string;
      engine?: string;
      env?: {
        /** @default  */
        name?: string;
        /** @default  */
        value?: string;
      }[];
      command?: string;
      memory?: number;
      cpu?: number;
      gpu?: number;
      ephemeral_storage?: number;
      node_lifecycle?: string;
      active_deadline_seconds?: number;
      description?: string;
      idempotence_key?: string;
      arch?: string;
      labels?: {
        [key: string]: string;
      };
      service_account?: string;
      tier?: string;
      spark_extension?: {
        spark_submit_job_driver?: {
          entry_point?: string;
          entry_point_arguments?: string[];
          spark_submit_conf?: {
            name?: string;
            value?: string;
          }[];
          files?: string[];
          py_files?: string[];
          jars?: string[];
          class?: string;
          working_dir?: string;
          num_executors?: number;
          executor_memory?: number;
        };
        application_conf?: {
          name?: string;
          value?: string;
        }[];
        hive_conf?: {
          name?: string;
          value?: string;
        }[];
        emr_job_id?: string;
        spark_app_id?: string;
        emr_job_manifest?: string;
        history_uri?: string;
        metrics_uri?: string;
        virtual_cluster_id?: string;
        emr_release_label?: string;
        executor_init_command?: string;
        driver_init_command?: string;
        spark_server_uri?: string;
        app_uri?: string;
        executors?: string[];
        executor_oom?: boolean;
        driver_oom?: boolean;
      };
      run_tags?: {
        owner_id?: string;
        owner_email?: string;
        team_name?: string;
      };
    };
    LegacyStatusFields: {
      status?: string;
      exit_code?: number;
      exit_reason?: string;
      run_exceptions?: string[];
    };
    LegacyClusterFields: {
      name: string;
      cluster_version: string;
      /** @enum {string} */
      status: 'active' | 'maintenance' | 'offline';
      status_reason: string;
      allowed_tiers: string[];
      capabilities: string[];
      region: string;
      namespace: string;
      emr_virtual_cluster: string;
      spark_server_uri: string;
    };
    LegacyTemplateFields: {
      template_name?: string;
      schema?: {
        [key: string]: unknown;
      };
      command_template?: string;
      defaults?: {
        [key: string]: unknown;
      };
      avatar_uri?: string;
      description?: string;
      image?: string;
      memory?: number;
      cpu?: number;
      gpu?: number;
      ephemeral_storage?: number;
      adaptive_resource_allocation?: boolean;
      env?: {
        /** @default  */
        name?: string;
        /** @default  */
        value?: string;
        secret?: {
          /** @default  */
          name?: string;
          /** @default  */
          key?: string;
          optional?: boolean;
        };
      }[];
      ports?: number[];
      tags?: string[];
    };
    LegacyTemplateAppearance: {
      description?: string;
      avatar_uri?: string;
    };
    LegacyTemplateLaunch: {
      cluster?: string;
      engine?: string;
      env?: {
        /** @default  */
        name?: string;
        /** @default  */
        value?: string;
      }[];
      command?: string;
      memory?: number;
      cpu?: number;
      gpu?: number;
      ephemeral_storage?: number;
      node_lifecycle?: string;
      active_deadline_seconds?: number;
      description?: string;
      idempotence_key?: string;
      arch?: string;
      labels?: {
        [key: string]: string;
      };
      service_account?: string;
      tier?: string;
      template_payload?: {
        [key: string]: unknown;
      };
      owner_id?: string;
      cluster_name?: string;
      dry_run?: boolean;
    };
    RunsById: {
      runs: components['schemas']['RunSummary'][];
    };
    RunSummary: {
      run_id: string;
      /** @description null for a run of a template */
      definition_id: string | null;
      /** @description of a run of a template */
      template_id: string | null;
      alias: string | null;
      image: string | null;
      group_name: string | null;
      cluster: string | null;
      engine: string;
      owner: string | null;
      /** @enum {string|null} */
      status: 'QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY' | null;
      /** @description null until the run is over, and where it cannot be known */
      exit_code: number | null;
      exit_reason: string | null;
      attempt_count: number | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      queued_at: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      started_at: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      finished_at: string | null;
    };
    Problem: {
      /** @enum {string} */
      type: 'about:blank';
      title: string;
      status: number;
      /** @description what is wrong, for people */
      detail: string;
      /**
       * @description what is wrong, for programs
       * @enum {string}
       */
      code:
        | 'invalid'
        | 'unauthenticated'
        | 'forbidden'
        | 'not_found'
        | 'conflict'
        | 'too_large'
        | 'rate_limited'
        | 'rejected'
        | 'capacity'
        | 'unavailable'
        | 'method_not_allowed'
        | 'unsupported'
        | 'internal';
      /** @description the fields at fault */
      errors?: {
        field: string;
        detail: string;
      }[];
    };
    RunCounts: {
      counts: components['schemas']['StatusCount'][];
    };
    StatusCount: {
      /** @enum {string} */
      status: 'QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY';
      runs: number;
      /** @description false when there are more than were counted */
      exact: boolean;
    };
    DefinitionRunsCount: {
      runs: number;
      /** @description of these, not over */
      open: number;
      /** @description false when there are more than were counted */
      exact: boolean;
    };
    RunPage: {
      runs: components['schemas']['RunSummary'][];
      /** @description the `cursor` of the next page; null after the last row */
      next_cursor: string | null;
      total: components['schemas']['Total'];
    };
    /** @description rows on all pages */
    Total: {
      value: number;
      /** @description false when `value` is an estimate */
      exact: boolean;
    };
    Run: {
      run_id: string;
      /** @description null for a run of a template */
      definition_id: string | null;
      /** @description of a run of a template */
      template_id: string | null;
      alias: string | null;
      image: string | null;
      group_name: string | null;
      cluster: string | null;
      engine: string;
      owner: string | null;
      /** @enum {string|null} */
      status: 'QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY' | null;
      /** @description null until the run is over, and where it cannot be known */
      exit_code: number | null;
      exit_reason: string | null;
      attempt_count: number | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      queued_at: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      started_at: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      finished_at: string | null;
      definition_version: number | null;
      /** @description what its template was given, merged with the defaults */
      template_payload: {
        [key: string]: unknown;
      } | null;
      description: string | null;
      command: string | null;
      env: components['schemas']['StoredEnvVar'][];
      memory_mb: number | null;
      memory_limit_mb: number | null;
      max_memory_used_mb: number | null;
      cpu_millicores: number | null;
      cpu_limit_millicores: number | null;
      max_cpu_used_millicores: number | null;
      gpu: number | null;
      ephemeral_storage_mb: number | null;
      node_lifecycle: string | null;
      arch: string | null;
      tier: string | null;
      service_account: string | null;
      labels: {
        [key: string]: string;
      };
      active_deadline_seconds: number | null;
      idempotence_key: string | null;
      parent_run_id: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      stop_requested_at: string | null;
      stop_requested_by: string | null;
      run_exceptions: string[];
      spark: components['schemas']['SparkJob'];
      /** @description what the engine does not do of what the definition asks */
      notices: string[];
    };
    StoredEnvVar: {
      name: string;
      value: string;
    };
    /** @description null for what is no Spark job */
    SparkJob: {
      /** @description of EMR */
      job_run_id: string | null;
      virtual_cluster_id: string | null;
      /** @description of Spark */
      app_id: string | null;
      /** @description Spark's page of the job, until it is over */
      app_uri: string | null;
      history_uri: string | null;
      metrics_uri: string | null;
      driver_oom: boolean;
      executor_oom: boolean;
    } | null;
    Launch: {
      definition_id?: string;
      alias?: string;
      /** @description on whose behalf; by default the caller, where that is known */
      owner?: string;
      cluster?: string;
      engine?: string;
      /** @default [] */
      env?: components['schemas']['EnvVar'][];
      /** @description instead of the definition's */
      command?: string;
      memory_mb?: number;
      cpu_millicores?: number;
      gpu?: number;
      ephemeral_storage_mb?: number;
      /** @enum {string} */
      node_lifecycle?: 'ondemand' | 'spot';
      /** @description how long the run may be RUNNING */
      active_deadline_seconds?: number;
      description?: string;
      /** @description the same key again answers with the same run; an empty key is no key */
      idempotence_key?: string;
      arch?: string;
      labels?: {
        [key: string]: string;
      };
      service_account?: string;
      tier?: string;
    };
    EnvVar: {
      name: string;
      value: string;
    };
    Stopped: {
      /** @description the runs that are being stopped; none when all are over */
      run_ids: string[];
    };
    Transition: {
      /** @example 1.3 */
      position: string;
      /** @enum {string} */
      status: 'QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY';
      attempt: number;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      at: string;
      reason: string | null;
      actor: string | null;
      evidence: string | null;
    };
    Attempt: {
      /** @description counts from 1 */
      attempt: number;
      /** @enum {string} */
      state: 'intent' | 'launched' | 'ended';
      cluster: string;
      external_id: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      intent_at: string;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      launched_at: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      started_at: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      ended_at: string | null;
      exit_code: number | null;
      exit_reason: string | null;
      failure_class: string | null;
      evidence: string | null;
      /** @description by run or definition */
      asked_memory_mb: number | null;
      given_memory_mb: number | null;
      max_memory_used_mb: number | null;
      /** @description by run or definition */
      asked_cpu_millicores: number | null;
      given_cpu_millicores: number | null;
      max_cpu_used_millicores: number | null;
      /** @description why not all was given as asked */
      sizing: string | null;
      pod_name: string | null;
      /** @description the node on which it ran */
      host: string | null;
      log_bytes: number | null;
      log_lines: number | null;
    };
    EventPage: {
      events: components['schemas']['Event'][];
      /** @description the `cursor` of the next page; null after the last row */
      next_cursor: string | null;
      total: components['schemas']['Total'];
    };
    Event: {
      /** @description identity within the run */
      uid: string;
      /** @description null for what concerns no single one */
      attempt: number | null;
      /** @description how often it happened, the last time `at` */
      count: number;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      at: string | null;
      /** @description `Normal` or `Warning` */
      type: string;
      reason: string;
      source: string;
      message: string;
    };
    LogLines: {
      attempt: number | null;
      from: number;
      lines: components['schemas']['LogLine'][];
      /** @description lines so far */
      total: number;
      /** @description true when the log grows no more */
      complete: boolean;
      /** @description true when it is known when lines were written */
      timed: boolean;
    };
    LogLine: {
      /** @description counts from 1 */
      line: number;
      /** @description of its first byte */
      offset: number;
      text: string;
      bytes: number;
      /** @description true when `text` is not all of it */
      truncated: boolean;
      /**
       * Format: date-time
       * @description about when it was written; null where nobody knows
       */
      written_at: string | null;
    };
    DefinitionPage: {
      definitions: components['schemas']['ListedDefinition'][];
      /** @description the `cursor` of the next page; null after the last row */
      next_cursor: string | null;
      total: components['schemas']['Total'];
    };
    ListedDefinition: components['schemas']['Definition'] & {
      /** @description its run that was queued last; there with `include=last_run` */
      last_run?: {
        run_id: string;
        /** @description null for a run of a template */
        definition_id: string | null;
        /** @description of a run of a template */
        template_id: string | null;
        alias: string | null;
        image: string | null;
        group_name: string | null;
        cluster: string | null;
        engine: string;
        owner: string | null;
        /** @enum {string|null} */
        status: 'QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY' | null;
        /** @description null until the run is over, and where it cannot be known */
        exit_code: number | null;
        exit_reason: string | null;
        attempt_count: number | null;
        /**
         * Format: date-time
         * @example 2026-01-31T12:00:00.000Z
         */
        queued_at: string | null;
        /**
         * Format: date-time
         * @example 2026-01-31T12:00:00.000Z
         */
        started_at: string | null;
        /**
         * Format: date-time
         * @example 2026-01-31T12:00:00.000Z
         */
        finished_at: string | null;
      } | null;
    };
    StoredDefinitionEnvVar: {
      name: string;
      /** @description empty where a secret is named */
      value: string;
      secret?: components['schemas']['StoredSecretKey'];
    };
    StoredSecretKey: {
      name: string;
      key: string;
      optional?: boolean;
    };
    /** @description what is left out is as the server is configured */
    RetryPolicy: {
      /** @description in all, the first included */
      max_attempts?: number;
      /** @description before the second attempt; doubled for each later one */
      backoff_seconds?: number;
      /** @description try again when the outcome of an attempt cannot be known */
      retry_on_unknown?: boolean;
      /** @description the job's own exit codes that deserve another attempt */
      exit_codes?: number[];
      /** @description try again, with more memory, when it was killed for memory */
      retry_on_oom?: boolean;
      /** @description what its memory is multiplied by then */
      oom_memory_factor?: number;
    } | null;
    Definition: {
      definition_id: string;
      /** @description 0 for a definition of flotilla-os that never changed here */
      version: number;
      alias: string;
      image: string;
      group_name: string;
      command: string | null;
      memory_mb: number | null;
      cpu_millicores: number | null;
      gpu: number | null;
      ephemeral_storage_mb: number | null;
      adaptive_resource_allocation: boolean | null;
      requires_docker: boolean;
      task_type: string | null;
      target_cluster: string | null;
      env: components['schemas']['StoredDefinitionEnvVar'][];
      ports: number[];
      tags: string[];
      retry_policy: components['schemas']['RetryPolicy'];
    };
    NewDefinition: {
      alias: string;
      image: string;
      group_name?: string;
      command?: string | null;
      memory_mb?: number | null;
      cpu_millicores?: number | null;
      gpu?: number | null;
      ephemeral_storage_mb?: number | null;
      adaptive_resource_allocation?: boolean | null;
      requires_docker?: boolean;
      task_type?: string | null;
      target_cluster?: string | null;
      env?: components['schemas']['DefinitionEnvVar'][];
      ports?: number[];
      tags?: string[];
      retry_policy?: components['schemas']['RetryPolicy'];
    };
    DefinitionEnvVar: {
      name: string;
      value?: string;
      secret?: components['schemas']['SecretKey'];
    };
    /** @description a key of a secret of the cluster */
    SecretKey: {
      /** @example db */
      name: string;
      /** @example password */
      key: string;
      /** @description start without the variable where there is no such key */
      optional?: boolean;
    };
    DefinitionPatch: {
      alias?: string;
      image?: string;
      group_name?: string;
      command?: string | null;
      memory_mb?: number | null;
      cpu_millicores?: number | null;
      gpu?: number | null;
      ephemeral_storage_mb?: number | null;
      adaptive_resource_allocation?: boolean | null;
      requires_docker?: boolean;
      task_type?: string | null;
      target_cluster?: string | null;
      env?: components['schemas']['DefinitionEnvVar'][];
      ports?: number[];
      tags?: string[];
      retry_policy?: components['schemas']['RetryPolicy'];
    };
    VersionList: {
      versions: components['schemas']['VersionSummary'][];
    };
    VersionSummary: {
      version: number;
      author: string;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      created_at: string;
    };
    Version: {
      definition_id: string;
      version: number;
      author: string;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      created_at: string;
      body: {
        alias: string;
        image: string;
        group_name: string;
        command: string | null;
        memory_mb: number | null;
        cpu_millicores: number | null;
        gpu: number | null;
        ephemeral_storage_mb: number | null;
        adaptive_resource_allocation: boolean | null;
        requires_docker: boolean;
        task_type: string | null;
        target_cluster: string | null;
        env: components['schemas']['StoredDefinitionEnvVar'][];
        ports: number[];
        tags: string[];
        retry_policy: components['schemas']['RetryPolicy'];
      };
    };
    Template: {
      template_id: string;
      template_name: string;
      version: number;
      schema: {
        [key: string]: unknown;
      };
      command_template: string;
      defaults: {
        [key: string]: unknown;
      };
      description: string | null;
      avatar_uri: string;
      image: string;
      memory_mb: number;
      cpu_millicores: number;
      gpu: number;
      ephemeral_storage_mb: number | null;
      adaptive_resource_allocation: boolean | null;
      env: components['schemas']['StoredDefinitionEnvVar'][];
      /**
       * Format: date-time
       * @description null for one that flotilla-os made
       * @example 2026-01-31T12:00:00.000Z
       */
      created_at: string | null;
      created_by: string | null;
    };
    CreatedTemplate: {
      /** @description false: the latest version says the same */
      created: boolean;
      template: components['schemas']['Template'];
    };
    NewTemplate: {
      template_name: string;
      /** @description JSON Schema of the payload */
      schema: {
        [key: string]: unknown;
      };
      /** @description Go's text/template with the functions of sprig; it gives the command */
      command_template: string;
      /** @description merged under every payload */
      defaults?: {
        [key: string]: unknown;
      };
      description?: string;
      avatar_uri?: string;
      image: string;
      memory_mb?: number;
      cpu_millicores?: number;
      gpu?: number;
      ephemeral_storage_mb?: number;
      adaptive_resource_allocation?: boolean;
      env?: components['schemas']['DefinitionEnvVar'][];
    };
    TemplatePreview: {
      /** @description merged with the defaults */
      payload: {
        [key: string]: unknown;
      };
      /** @description null when something is wrong */
      command: string | null;
      violations: {
        /**
         * @description JSON pointer into the payload
         * @example /n
         */
        path: string;
        text: string;
      }[];
      /** @description where and why the command template does not render */
      fault: {
        line: number | null;
        column: number | null;
        reason: string;
      } | null;
    };
    TemplatePatch: {
      description?: string | null;
      avatar_uri?: string;
    };
    TemplateLaunch: {
      /** @description merged over the template's defaults */
      payload?: {
        [key: string]: unknown;
      };
      /** @description on whose behalf; by default the caller, where that is known */
      owner?: string;
      cluster?: string;
      engine?: string;
      /** @default [] */
      env?: components['schemas']['EnvVar'][];
      /** @description instead of the definition's */
      command?: string;
      memory_mb?: number;
      cpu_millicores?: number;
      gpu?: number;
      ephemeral_storage_mb?: number;
      /** @enum {string} */
      node_lifecycle?: 'ondemand' | 'spot';
      /** @description how long the run may be RUNNING */
      active_deadline_seconds?: number;
      description?: string;
      /** @description the same key again answers with the same run; an empty key is no key */
      idempotence_key?: string;
      arch?: string;
      labels?: {
        [key: string]: string;
      };
      service_account?: string;
      tier?: string;
    };
    Cluster: {
      cluster_id: string;
      name: string;
      engine: string;
      /** @enum {string} */
      status: 'active' | 'maintenance' | 'offline';
      status_reason: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      status_since: string | null;
      region: string;
      allowed_tiers: string[];
      capabilities: string[];
      /** @description how many runs may be there at once; null for any number */
      slot_limit: number | null;
      /** @description where its jobs are; empty for its default */
      namespace: string;
      /** @description in the cluster's own words; null before it answered */
      version: string | null;
      /**
       * Format: date-time
       * @description when it last answered a worker, exact to a minute or so
       * @example 2026-01-31T12:00:00.000Z
       */
      reached_at: string | null;
      /** @description what it last failed with; over when `reached_at` is later */
      last_error: string | null;
      /**
       * Format: date-time
       * @example 2026-01-31T12:00:00.000Z
       */
      last_error_at: string | null;
      /** @description runs that are PENDING or RUNNING */
      running: number;
      /** @description runs that are QUEUED or NEEDS_RETRY */
      queued: number;
    };
    NewCluster: {
      /** @description its identity: runs name it */
      name: string;
      /** @enum {string} */
      engine: 'local' | 'docker' | 'eks' | 'ecs' | 'eks-spark';
      region?: string;
      /** @enum {string} */
      status?: 'active' | 'maintenance' | 'offline';
      status_reason?: string;
      allowed_tiers?: string[];
      capabilities?: string[];
      namespace?: string;
      slot_limit?: number | null;
    };
    ClusterPatch: {
      /** @enum {string} */
      status?: 'active' | 'maintenance' | 'offline';
      status_reason?: string;
      allowed_tiers?: string[];
      capabilities?: string[];
      namespace?: string;
      slot_limit?: number | null;
      region?: string;
    };
    BulkPreview: {
      runs: number;
      /** @description false when `runs` is an estimate */
      exact: boolean;
      /** @description the newest few */
      sample: components['schemas']['RunSummary'][];
    };
    BulkRequest:
      | {
          /**
           * @description concerns runs that are not over
           * @enum {string}
           */
          action: 'stop';
          /** @description as in the list of runs */
          filter: {
            cluster?: string;
            alias?: string;
            alias_contains?: string;
            owner?: string;
            definition_id?: string;
            group?: string;
            /** @enum {string} */
            engine?: 'local' | 'docker' | 'eks' | 'ecs' | 'eks-spark';
            env?: string[];
            /**
             * @description of runs that are over: exit code 0, or any other or none
             * @enum {string}
             */
            exit?: 'succeeded' | 'failed';
            /**
             * Format: date-time
             * @description queued later than this
             */
            queued_since?: string;
            /**
             * Format: date-time
             * @description queued earlier than this
             */
            queued_until?: string;
            /**
             * Format: date-time
             * @description ended later than this
             */
            finished_since?: string;
            /**
             * Format: date-time
             * @description ended earlier than this
             */
            finished_until?: string;
            status?: ('QUEUED' | 'PENDING' | 'RUNNING' | 'NEEDS_RETRY')[];
          };
        }
      | {
          /**
           * @description concerns runs that are over
           * @enum {string}
           */
          action: 'rerun';
          /** @description as in the list of runs */
          filter: {
            cluster?: string;
            alias?: string;
            alias_contains?: string;
            owner?: string;
            definition_id?: string;
            group?: string;
            /** @enum {string} */
            engine?: 'local' | 'docker' | 'eks' | 'ecs' | 'eks-spark';
            env?: string[];
            /**
             * @description of runs that are over: exit code 0, or any other or none
             * @enum {string}
             */
            exit?: 'succeeded' | 'failed';
            /**
             * Format: date-time
             * @description queued later than this
             */
            queued_since?: string;
            /**
             * Format: date-time
             * @description queued earlier than this
             */
            queued_until?: string;
            /**
             * Format: date-time
             * @description ended later than this
             */
            finished_since?: string;
            /**
             * Format: date-time
             * @description ended earlier than this
             */
            finished_until?: string;
            status?: 'STOPPED'[];
          };
        };
    BulkAction: {
      bulk_id: string;
      /** @enum {string} */
      action: 'stop' | 'rerun';
      /** @enum {string} */
      state: 'running' | 'done' | 'aborted';
      by: string | null;
      /** @description when it was asked for; may be an estimate */
      matching: number;
      /** @description runs that were stopped, or launched again */
      done: number;
      /** @description runs that no longer needed it */
      skipped: number;
      failed: number;
      /** @description the first of them */
      failures: {
        run_id: string;
        detail: string;
      }[];
    };
    Overview: {
      hours: components['schemas']['OverviewHour'][];
      /** @description false when so many runs have ended that the earliest are missing */
      exact: boolean;
      open: components['schemas']['OpenRuns'][];
      queue: components['schemas']['ClusterQueue'][];
      longest_waiting: components['schemas']['RunSummary'][];
      failing_definitions: components['schemas']['FailingDefinition'][];
    };
    /** @description runs that ended then */
    OverviewHour: {
      /**
       * Format: date-time
       * @description when the hour begins; the last one goes on
       * @example 2026-01-31T12:00:00.000Z
       */
      at: string;
      succeeded: number;
      failed: number;
      /** @description neither succeeded nor failed */
      stopped_by_hand: number;
    };
    OpenRuns: {
      /** @enum {string} */
      status: 'QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY';
      runs: number;
    };
    ClusterQueue: {
      cluster: string;
      /** @description QUEUED or NEEDS_RETRY */
      waiting: number;
      /** @description null for none */
      limit: number | null;
      /** @description PENDING or RUNNING */
      running: number;
    };
    FailingDefinition: {
      definition_id: string;
      alias: string | null;
      failed: number;
      /** @description that ended, however */
      runs: number;
      last_failed_run_id: string;
    };
    Suggestions: {
      values: string[];
    };
    About: {
      /** @description who you are here, where that is known */
      caller: string | null;
      default_engine: string;
      /** @description where the Temporal Web UI is, if that is configured */
      temporal_ui_url: string | null;
      temporal_namespace: string;
      /** @description where pods are shown, with `{cluster}`, `{namespace}` and `{pod}`; null for nowhere */
      eks_pod_url: string | null;
    };
    LegacyDefinitionList: {
      total: number;
      limit: number;
      offset: number;
      sort_by: string;
      /** @enum {string} */
      order: 'asc' | 'desc';
      env_filters: {
        [key: string]: string;
      };
      definitions: components['schemas']['LegacyDefinition'][];
    };
    LegacyDefinition: {
      alias: string;
      image: string;
      group_name?: string;
      command?: string;
      memory?: number;
      cpu?: number;
      gpu?: number;
      ephemeral_storage?: number;
      adaptive_resource_allocation?: boolean;
      requires_docker?: boolean;
      task_type?: string;
      target_cluster?: string;
      env: components['schemas']['LegacyDefinitionEnvVar'][];
      ports?: number[];
      tags?: string[];
      definition_id: string;
    };
    LegacyDefinitionEnvVar: {
      name: string;
      value: string;
      secret?: {
        name: string;
        key: string;
        optional?: boolean;
      };
    };
    LegacyError: {
      error: string;
    };
    LegacyRun: {
      run_id: string;
      definition_id: string;
      alias: string;
      image: string;
      cluster: string;
      /** @enum {string} */
      status: 'QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY';
      /** Format: date-time */
      queued_at?: string;
      /** Format: date-time */
      started_at?: string;
      /** Format: date-time */
      finished_at?: string;
      exit_code?: number;
      exit_reason?: string;
      group_name: string;
      user?: string;
      task_type?: string;
      env?: components['schemas']['LegacyEnvVar'][];
      command?: string;
      command_hash?: string;
      memory?: number;
      memory_limit?: number;
      max_memory_used?: number;
      cpu?: number;
      cpu_limit?: number;
      max_cpu_used?: number;
      gpu?: number;
      ephemeral_storage?: number;
      engine?: string;
      node_lifecycle?: string;
      pod_name?: string;
      namespace?: string;
      executable_id?: string;
      executable_type?: string;
      execution_request_custom?: {
        [key: string]: unknown;
      };
      attempt_count?: number;
      spawned_runs?: {
        run_id: string;
      }[];
      run_exceptions?: string[];
      active_deadline_seconds?: number;
      description: string;
      metrics_uri?: string;
      idempotence_key?: string;
      arch: string;
      labels?: {
        [key: string]: string;
      };
      requires_docker?: boolean;
      service_account?: string;
      tier?: string;
      instance: {
        dns_name: string;
        instance_id: string;
      };
      pod_events: components['schemas']['LegacyPodEvent'][];
      cloudtrail_notifications: {
        [key: string]: unknown;
      };
      spark_extension: {
        [key: string]: unknown;
      };
      notices?: string[];
    };
    LegacyEnvVar: {
      name: string;
      value: string;
    };
    LegacyPodEvent: {
      /** Format: date-time */
      timestamp?: string;
      event_type: string;
      reason: string;
      source_object: string;
      message: string;
      /** @description where it is more than one */
      count?: number;
    };
    LegacyRunList: {
      total: number;
      limit: number;
      offset: number;
      sort_by: string;
      /** @enum {string} */
      order: 'asc' | 'desc';
      env_filters: {
        [key: string]: string;
      };
      history: components['schemas']['LegacyRun'][] | null;
    };
    LegacyLog: {
      log: string;
      last_seen: string;
    };
    LegacyEvents: {
      total: number;
      pod_events: components['schemas']['LegacyPodEvent'][] | null;
    };
    LegacyClusterList: {
      clusters: components['schemas']['LegacyCluster'][] | null;
    };
    LegacyCluster: {
      id: string;
      name: string;
      cluster_version: string;
      /** @enum {string} */
      status: 'active' | 'maintenance' | 'offline';
      status_reason: string;
      /** Format: date-time */
      status_since: string;
      allowed_tiers: string[];
      capabilities: string[];
      region: string;
      namespace: string;
      emr_virtual_cluster: string;
      spark_server_uri: string;
      /** Format: date-time */
      updated_at: string;
    };
    LegacyWorkerList: {
      total: number;
      workers: components['schemas']['LegacyWorker'][];
    };
    LegacyWorker: {
      worker_type: string;
      count_per_instance: number;
      engine: string;
    };
    LegacyRunStatus: {
      run_id: string;
      /** @enum {string} */
      status: 'QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY';
      /** Format: date-time */
      queued_at?: string;
      /** Format: date-time */
      started_at?: string;
      /** Format: date-time */
      finished_at?: string;
      exit_code?: number;
      exit_reason?: string;
      engine?: string;
      definition_id: string;
      alias: string;
      cluster_name: string;
    };
    LegacyTemplateList: {
      total: number;
      limit: number;
      offset: number;
      sort_by: string;
      /** @enum {string} */
      order: 'asc' | 'desc';
      templates: components['schemas']['LegacyTemplate'][];
    };
    LegacyTemplate: {
      template_name: string;
      schema: {
        [key: string]: unknown;
      };
      command_template: string;
      defaults: {
        [key: string]: unknown;
      };
      avatar_uri: string;
      description?: string;
      image: string;
      memory?: number;
      cpu?: number;
      gpu?: number;
      ephemeral_storage?: number;
      adaptive_resource_allocation?: boolean;
      env: components['schemas']['LegacyDefinitionEnvVar'][] | null;
      ports?: number[];
      tags?: string[];
      template_id: string;
      version: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  findRunsById: {
    parameters: {
      query: {
        prefix: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the runs */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunsById'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  countRuns: {
    parameters: {
      query?: {
        cluster?: string;
        alias?: string;
        alias_contains?: string;
        owner?: string;
        definition_id?: string;
        group?: string;
        engine?: 'local' | 'docker' | 'eks' | 'ecs' | 'eks-spark';
        /** @description variables that a run has, all of them: `NAME=value`, or `NAME` for any value */
        env?: string[];
        /** @description of runs that are over: exit code 0, or any other or none */
        exit?: 'succeeded' | 'failed';
        /** @description queued later than this */
        queued_since?: string;
        /** @description queued earlier than this */
        queued_until?: string;
        /** @description ended later than this */
        finished_since?: string;
        /** @description ended earlier than this */
        finished_until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a count for each status */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunCounts'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  countDefinitionRuns: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        definition_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the counts */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DefinitionRunsCount'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  followRuns: {
    parameters: {
      query?: {
        /** @description any of these; repeatable */
        status?: ('QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY')[];
        cluster?: string;
        alias?: string;
        alias_contains?: string;
        owner?: string;
        definition_id?: string;
        group?: string;
        engine?: 'local' | 'docker' | 'eks' | 'ecs' | 'eks-spark';
        /** @description variables that a run has, all of them: `NAME=value`, or `NAME` for any value */
        env?: string[];
        /** @description of runs that are over: exit code 0, or any other or none */
        exit?: 'succeeded' | 'failed';
        /** @description queued later than this */
        queued_since?: string;
        /** @description queued earlier than this */
        queued_until?: string;
        /** @description ended later than this */
        finished_since?: string;
        /** @description ended earlier than this */
        finished_until?: string;
        /** @description as the header Last-Event-ID, which counts before this */
        last_event_id?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the changes */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  followRun: {
    parameters: {
      query?: {
        /** @description as the header Last-Event-ID, which counts before this */
        last_event_id?: string;
      };
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description what happens */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listRuns: {
    parameters: {
      query?: {
        /** @description rows of a page */
        limit?: number;
        /** @description `next_cursor` of the page before; opaque */
        cursor?: string;
        /** @description any of these; repeatable */
        status?: ('QUEUED' | 'PENDING' | 'RUNNING' | 'STOPPED' | 'NEEDS_RETRY')[];
        cluster?: string;
        alias?: string;
        alias_contains?: string;
        owner?: string;
        definition_id?: string;
        group?: string;
        engine?: 'local' | 'docker' | 'eks' | 'ecs' | 'eks-spark';
        /** @description variables that a run has, all of them: `NAME=value`, or `NAME` for any value */
        env?: string[];
        /** @description of runs that are over: exit code 0, or any other or none */
        exit?: 'succeeded' | 'failed';
        /** @description queued later than this */
        queued_since?: string;
        /** @description queued earlier than this */
        queued_until?: string;
        /** @description ended later than this */
        finished_since?: string;
        /** @description ended earlier than this */
        finished_until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of runs */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunPage'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  launchRun: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Launch'];
      };
    };
    responses: {
      /** @description the run, which is stored */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getRun: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the run */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listChildren: {
    parameters: {
      query?: {
        /** @description rows of a page */
        limit?: number;
        /** @description `next_cursor` of the page before; opaque */
        cursor?: string;
      };
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of runs */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RunPage'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  stopRun: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the runs that are being stopped */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Stopped'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rerunRun: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the new run, which is stored */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listTransitions: {
    parameters: {
      query?: {
        /** @description the `position` of the last transition that is known */
        after?: string;
      };
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the transitions */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            transitions: components['schemas']['Transition'][];
          };
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listAttempts: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the attempts */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            attempts: components['schemas']['Attempt'][];
          };
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listEvents: {
    parameters: {
      query?: {
        /** @description rows of a page */
        limit?: number;
        /** @description `next_cursor` of the page before; opaque */
        cursor?: string;
      };
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EventPage'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getManifest: {
    parameters: {
      query?: {
        /** @description the latest one that was launched, unless it is given */
        attempt?: number;
      };
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the manifest, as YAML, of which JSON is a part */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/yaml': string;
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readLog: {
    parameters: {
      query?: {
        /** @description bytes to skip */
        offset?: number;
        /** @description by default the latest that was launched */
        attempt?: number;
        /** @description true: wait for more until the attempt is over */
        follow?: 'true' | 'false';
      };
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the bytes of the log */
      200: {
        headers: {
          /** @description the attempt; 0 before there is one */
          'x-log-attempt'?: string;
          /** @description true when the log grows no more */
          'x-log-complete'?: string;
          /** @description bytes so far */
          'x-log-size'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readLogLines: {
    parameters: {
      query?: {
        /** @description the first line wanted, counting from 1 */
        from?: number;
        count?: number;
        /** @description by default the latest that was launched */
        attempt?: number;
      };
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the lines */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LogLines'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  searchLog: {
    parameters: {
      query: {
        q: string;
        limit?: number;
        /** @description by default the latest that was launched */
        attempt?: number;
      };
      header?: never;
      path: {
        run_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the matches */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/x-ndjson': string;
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listDefinitions: {
    parameters: {
      query?: {
        /** @description rows of a page */
        limit?: number;
        /** @description `next_cursor` of the page before; opaque */
        cursor?: string;
        alias?: string;
        alias_contains?: string;
        group_name?: string;
        image_contains?: string;
        /** @description what each definition shall have beside its own */
        include?: 'last_run';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of definitions */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DefinitionPage'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createDefinition: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewDefinition'];
      };
    };
    responses: {
      /** @description the definition */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Definition'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getDefinition: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        definition_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the definition */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Definition'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteDefinition: {
    parameters: {
      query?: {
        /** @description true: stop its live runs; else they are a conflict */
        stop?: 'true' | 'false';
      };
      header?: never;
      path: {
        definition_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description it is deleted */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  updateDefinition: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        definition_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DefinitionPatch'];
      };
    };
    responses: {
      /** @description the definition as it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Definition'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listVersions: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        definition_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the versions */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['VersionList'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        definition_id: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the version */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Version'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listTemplates: {
    parameters: {
      query?: {
        name_contains?: string;
        limit?: number;
        offset?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description templates */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            templates: components['schemas']['Template'][];
            total: number;
          };
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createTemplate: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewTemplate'];
      };
    };
    responses: {
      /** @description the latest version, which says the same */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedTemplate'];
        };
      };
      /** @description the new version */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedTemplate'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  previewDraft: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description JSON Schema of the payload */
          schema: {
            [key: string]: unknown;
          };
          /** @description Go's text/template with the functions of sprig; it gives the command */
          command_template: string;
          /** @description merged under every payload */
          defaults?: {
            [key: string]: unknown;
          };
          payload?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description the command, or what is wrong */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TemplatePreview'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getTemplate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        template_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the template */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Template'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteTemplate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        template_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description it is deleted */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  updateTemplate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        template_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TemplatePatch'];
      };
    };
    responses: {
      /** @description the template as it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Template'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listTemplateVersions: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        template_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the versions */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            templates: components['schemas']['Template'][];
            total: number;
          };
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  previewTemplate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        template_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          payload?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description the command, or what is wrong */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TemplatePreview'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  launchTemplate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        template_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TemplateLaunch'];
      };
    };
    responses: {
      /** @description the run, which is stored */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Run'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listClusters: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the clusters */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            clusters: components['schemas']['Cluster'][];
          };
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  addCluster: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewCluster'];
      };
    };
    responses: {
      /** @description the cluster */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Cluster'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getCluster: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        cluster_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the cluster */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Cluster'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteCluster: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        cluster_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description it is no longer known */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  updateCluster: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        cluster_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ClusterPatch'];
      };
    };
    responses: {
      /** @description the cluster as it is now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Cluster'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  previewBulkAction: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['BulkRequest'];
      };
    };
    responses: {
      /** @description how many runs, and the newest few */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkPreview'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  startBulkAction: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['BulkRequest'];
      };
    };
    responses: {
      /** @description it has begun */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkAction'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getBulkAction: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        bulk_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description its progress */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkAction'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  abortBulkAction: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        bulk_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description its progress */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkAction'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getOverview: {
    parameters: {
      query?: {
        /** @description the present one included */
        hours?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the overview */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Overview'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listSuggestions: {
    parameters: {
      query: {
        field: 'owner' | 'alias' | 'group' | 'cluster' | 'image' | 'tag';
        prefix?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the values */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Suggestions'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  about: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description what there is to know */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['About'];
        };
      };
      /** @description what went wrong */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
