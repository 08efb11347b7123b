package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"darksite/internal/config"
	"darksite/internal/ground/spelling"
	"darksite/internal/term"
)

// globals are the flags of every verb, given before it or after it.
type globals struct {
	dir, config          string
	json, quiet, verbose bool

	made *term.Printer
}

func (g *globals) mode() term.Mode {
	switch {
	case g.json:
		return term.JSON
	case g.quiet:
		return term.Quiet
	case g.verbose:
		return term.Verbose
	}
	return term.Human
}

// printer is made once, when the flags are known.
func (g *globals) printer() *term.Printer {
	if g.made == nil {
		g.made = term.New(term.Detect(os.Stdout, os.Stderr, os.Getenv, g.mode()))
	}
	return g.made
}

// dispatch finds the verb, parses its flags and runs it. The printer it
// returns reports the error in the mode that was asked for.
func dispatch(ctx context.Context, args []string) (*term.Printer, error) {
	var g globals
	root := g.root()
	root.SetArgs(pixelsLast(args))
	err := root.ExecuteContext(ctx)
	return g.printer(), err
}

// root is the command without a verb, with all verbs below it.
func (g *globals) root() *cobra.Command {
	showVersion := false
	root := &cobra.Command{
		Use:                   "darksite [-C DIR] [--config FILE] [--json] [-q | -v] VERB [ARGUMENTS]",
		Short:                 "turns Chandra dark current calibrations into dark maps and web pages",
		Long:                  overview(),
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
		CompletionOptions:     cobra.CompletionOptions{DisableDefaultCmd: true},
		SilenceErrors:         true,
		SilenceUsage:          true,
		RunE: func(root *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noVerb(args[0])
			}
			if showVersion {
				return runVersion(g.env(root), false)
			}
			help(os.Stderr, root)
			return &term.ExitError{Code: term.Usage, Err: errors.New("name a verb, for example `darksite demo`")}
		},
	}
	fs := root.PersistentFlags()
	fs.StringVarP(&g.dir, "directory", "C", ".", "work in the site directory `DIR`")
	fs.StringVar(&g.config, "config", "", "read the configuration from `FILE` instead of site.toml")
	fs.BoolVar(&g.json, "json", false, "print JSON for programs")
	fs.BoolVarP(&g.quiet, "quiet", "q", false, "print nothing but warnings and errors")
	fs.BoolVarP(&g.verbose, "verbose", "v", false, "print more")
	fs.BoolP("help", "h", false, "show this help")
	fs.SortFlags = false
	fs.Lookup("directory").DefValue = "" // this one, as everywhere
	root.Flags().BoolVar(&showVersion, "version", false, "print the version")
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { help(g.printer().Out(), c) })
	root.SetHelpCommand(&cobra.Command{Use: "help [VERB]", ValidArgs: verbNames(), RunE: func(_ *cobra.Command, args []string) error {
		for _, c := range root.Commands() {
			if len(args) > 0 && c.Name() == args[0] {
				return c.Help()
			}
		}
		if len(args) > 0 {
			return noVerb(args[0])
		}
		return root.Help()
	}})
	for _, v := range verbs() {
		root.AddCommand(g.command(v))
	}
	return root
}

// command is a verb for cobra.
func (g *globals) command(v verb) *cobra.Command {
	c := &cobra.Command{
		Use:                   strings.TrimSpace(v.name + " " + v.args),
		Short:                 v.short,
		Long:                  strings.TrimSpace(v.long),
		Example:               "  " + strings.Join(v.examples, "\n  "),
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
	}
	c.Flags().SortFlags = false
	do := v.setup(c.Flags())
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.DefValue == "NaN" {
			f.DefValue = "0" // no number, which help does not show
		}
	})
	c.RunE = func(c *cobra.Command, args []string) error {
		args, err := expanded(c.Flags(), args)
		if err == nil {
			err = noNumbers(c.Flags())
		}
		if err != nil {
			return usageError(err, v.name)
		}
		return do(c.Context(), g.env(c), args)
	}
	if v.alone {
		c.Args = func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError(fmt.Errorf("unexpected argument %s", args[0]), v.name)
			}
			return nil
		}
		c.ValidArgsFunction = cobra.NoFileCompletions
	}
	if v.words != nil {
		c.ValidArgsFunction = func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return v.words(g.env(c), args), cobra.ShellCompDirectiveNoFileComp
		}
	}
	for flag, values := range v.values {
		// It fails only for a flag that does not exist, which TestValues would find.
		_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	return c
}

func (g *globals) env(c *cobra.Command) *env {
	return &env{Printer: g.printer(), dir: g.dir, file: g.config, root: c.Root()}
}

// pixelForm is a pixel with a negative row, which looks like a flag.
var pixelForm = regexp.MustCompile(`^-\d+,`)

// pixelsLast puts pixels with a negative row behind "--", where nothing is a flag.
func pixelsLast(args []string) []string {
	var literal []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, literal = args[:i], args[i+1:]
	}
	var pixels []string
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool {
		if pixelForm.MatchString(a) {
			pixels = append(pixels, a)
			return true
		}
		return false
	})
	if pixels == nil && literal == nil {
		return args
	}
	return slices.Concat(args, []string{"--"}, pixels, literal)
}

// expanded puts the home directory in place of a "~" at the beginning of flags
// and arguments, as a shell does where it sees it: not in --out=~/x.
func expanded(fs *pflag.FlagSet, args []string) ([]string, error) {
	var wrong error
	fs.Visit(func(f *pflag.Flag) {
		path, err := config.ExpandHome(f.Value.String(), home())
		if err == nil && path != f.Value.String() {
			err = f.Value.Set(path)
		}
		if err != nil {
			wrong = fmt.Errorf("--%s %s: %w", f.Name, f.Value, err)
		}
	})
	for i, a := range args {
		path, err := config.ExpandHome(a, home())
		if err != nil {
			wrong = fmt.Errorf("%s: %w", a, err)
		}
		args[i] = path
	}
	return args, wrong
}

// noNumbers refuses NaN and infinities, which no flag accepts.
func noNumbers(fs *pflag.FlagSet) (wrong error) {
	fs.Visit(func(f *pflag.Flag) {
		if f.Value.Type() != "float64" {
			return
		}
		if x, err := strconv.ParseFloat(f.Value.String(), 64); err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			wrong = fmt.Errorf("--%s %s: want a number", f.Name, f.Value)
		}
	})
	return wrong
}

// checkPort refuses an invalid port.
func checkPort(port int, verb string) error {
	if port < 0 || port > 65535 {
		return usageError(fmt.Errorf("--port %d: want 1 to 65535, or 0 for any", port), verb)
	}
	return nil
}

func verbNames() (names []string) {
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return names
}

// noVerb names the verb that was probably meant.
func noVerb(name string) error {
	hint := "`darksite help` lists the verbs"
	if near, ok := spelling.Nearest(name, verbNames()); ok {
		hint = fmt.Sprintf("did you mean `darksite %s`?", near)
	}
	return &term.ExitError{Code: term.Usage, Err: fmt.Errorf("there is no verb %q", name), Hint: hint}
}

// flagError explains what is wrong with a flag.
func flagError(c *cobra.Command, err error) error {
	verb := ""
	if c.HasParent() {
		verb = c.Name()
	} else if c.Flags().NArg() > 0 {
		return noVerb(c.Flags().Arg(0)) // whose flags nobody knows
	}
	var unknown *pflag.NotExistError
	var lacking *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name, dashes := unknown.GetSpecifiedName(), "--"
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			name, dashes = short, "-"
		}
		err = fmt.Errorf("unknown flag %s%s", dashes, name)
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near, ok := spelling.Nearest(name, names); ok {
			return &term.ExitError{Code: term.Usage, Err: err, Hint: fmt.Sprintf("did you mean --%s?", near)}
		}
	case errors.As(err, &lacking):
		value, _ := pflag.UnquoteUsage(lacking.GetFlag())
		err = fmt.Errorf("--%s needs a value: --%s %s", lacking.GetFlag().Name, lacking.GetFlag().Name, value)
	case errors.As(err, &invalid):
		want := invalid.Unwrap()
		if words, ok := wanted[invalid.GetFlag().Value.Type()]; ok {
			want = errors.New(words)
		}
		err = fmt.Errorf("--%s %q: %w", invalid.GetFlag().Name, invalid.GetValue(), want)
	}
	return usageError(err, verb)
}

// wanted describes the values of each type of flag.
var wanted = map[string]string{
	"bool": "want true, false or no value", "int": "want a whole number", "uint64": "want a whole number from 0 on", "float64": "want a number",
}

// usageError is a mistake in the command line.
func usageError(err error, verb string) error {
	return &term.ExitError{Code: term.Usage, Err: err, Hint: strings.TrimSpace("`darksite help "+verb) + "` explains it"}
}

// help writes the list of verbs, or the help of one verb. The printer reports a
// failed write.
func help(w io.Writer, c *cobra.Command) {
	if !c.HasParent() {
		fmt.Fprintf(w, "darksite %s\n\n", c.Short)
	}
	fmt.Fprintf(w, "usage: %s\n\n%s\n", c.UseLine(), strings.Trim(c.Long, "\n"))
	if !c.HasParent() {
		return
	}
	if c.HasExample() {
		fmt.Fprintf(w, "\nexamples:\n%s\n", c.Example)
	}
	if c.HasAvailableLocalFlags() {
		fmt.Fprintf(w, "\nflags:\n%s", c.LocalFlags().FlagUsages())
	}
	fmt.Fprintf(w, "\nflags of every verb:\n%s", c.InheritedFlags().FlagUsages())
}

// overview is the help of the program.
func overview() string {
	var b strings.Builder
	for _, v := range verbs() {
		fmt.Fprintf(&b, "  %-10s %s\n", v.name, v.short)
	}
	b.WriteString(`
A site directory holds data/<id>/ with the telemetry of each calibration; site.toml
is optional. Start with "darksite demo"; see "darksite help VERB" for details.

exit codes:
`)
	for _, c := range term.ExitCodes {
		fmt.Fprintf(&b, "  %3d  %s\n", c.Code, c.Meaning)
	}
	return b.String()
}
