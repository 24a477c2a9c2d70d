// Command renderer renders one command template, as flotilla-os did: Go's text/template with the
// text functions of sprig. It reads a request from standard input and writes an answer to standard
// output, both JSON. Flotilla runs it as WebAssembly; tests build it natively, too, and compare.
package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"text/template"

	// Zones of dateInZone; the sandbox has no files to read them from.
	_ "time/tzdata"

	"github.com/Masterminds/sprig"

	"flotilla/templates/renderer/state"
)

const (
	// The name of the template, as errors show it.
	name = "command"
	// Far more than a command line takes.
	maxOutputBytes = 1 << 20
	// Below the memory of the module (build.ts), so that garbage is collected before it is full.
	memoryLimitBytes = 80 << 20
)

// What reaches out of a render: variables of the host's environment, and its resolver.
var takenAway = []string{"env", "expandenv", "getHostByName"}

type request struct {
	Template string `json:"template"`
	// Absent when the template is only to be parsed.
	Payload *state.TemplatePayload `json:"payload"`
}

type answer struct {
	Output string `json:"output"`
	Error  string `json:"error,omitempty"`
}

var errTooLong = errors.New("the rendered command is longer than 1 MiB")

// limited is a buffer that refuses to grow beyond maxOutputBytes.
type limited struct{ bytes []byte }

func (l *limited) Write(p []byte) (int, error) {
	if len(l.bytes)+len(p) > maxOutputBytes {
		return 0, errTooLong
	}
	l.bytes = append(l.bytes, p...)
	return len(p), nil
}

func functions() template.FuncMap {
	all := sprig.TxtFuncMap()
	for _, function := range takenAway {
		delete(all, function)
	}
	return all
}

func render(asked request) answer {
	parsed, err := template.New(name).Funcs(functions()).Parse(asked.Template)
	if err != nil {
		return answer{Error: err.Error()}
	}
	if asked.Payload == nil {
		return answer{}
	}
	out := &limited{}
	if err := parsed.Execute(out, *asked.Payload); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Output: string(out.bytes)}
}

func main() {
	debug.SetMemoryLimit(memoryLimitBytes)
	var asked request
	input, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = json.Unmarshal(input, &asked)
	}
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(render(asked)); err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
}
