// Package state has the one name that templates can see of the program that renders them.
package state

// TemplatePayload is what a template's dot is at its start. Package and name are those of
// flotilla-os, so that `typeOf .` prints what it printed there.
type TemplatePayload map[string]any
