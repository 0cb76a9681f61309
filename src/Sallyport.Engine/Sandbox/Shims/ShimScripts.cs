namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// The texts of the shims: plain sh, so that a command that they let pass costs the start of a small shell and no more. They
/// start no other program before they know that something is to be committed, pushed or published.
/// </summary>
internal static class ShimScripts
{
    /// <summary>Programs that publish, with the words by which one sees that they may be about to.</summary>
    public static readonly (string Name, string Words)[] Publishers =
    [
        ("npm", "pu pub publ publi publis publish"), ("pnpm", "publish"), ("yarn", "publish"), ("bun", "publish"), ("dotnet", "push"), ("nuget", "push"), ("twine", "upload"), ("gem", "push"),
        ("poetry", "publish"), ("uv", "publish"), ("hatch", "publish"), ("flit", "publish"), ("pdm", "publish"), ("cargo", "publish"), ("docker", "push"), ("podman", "push"), ("vsce", "publish"),
        // What is written on a forge: pull requests, issues, comments, releases.
        ("gh", Written), ("glab", Written), ("tea", Written),
    ];

    private const string Written = "create new edit comment note review api upload merge close reopen update set add rename";

    // Finds the program that the shim stands for: where the sandbox has put it, or behind us in the PATH.
    private const string Find = """
        set -f
        real=
        if [ -s "$shims/real/$name" ]; then real=$shims/real/$name; else
          old=$IFS; IFS=:
          for d in $PATH; do
            if [ -x "${d:-.}/$name" ] && [ ! -d "${d:-.}/$name" ] && ! [ "${d:-.}/$name" -ef "$shims/bin/$name" ]; then real=${d:-.}/$name; break; fi
          done
          IFS=$old
        fi
        [ -n "$real" ] || { echo "$name: command not found" >&2; exit 127; }

        """;

    private const string GitBody = """
        called=${0##*/}
        case $called in git-*) set -- "${called#git-}" "$@" ;; esac
        sub= n=0 value= odd= around=
        for a do
          if [ -n "$value" ]; then value=; n=$((n+1)); continue; fi
          case $a in
            -C | -c | --git-dir | --work-tree | --namespace | --super-prefix | --config-env | --attr-source) value=1 ;;
            -p | --paginate | -P | --no-pager | --bare | --no-replace-objects | --no-lazy-fetch | --no-advice | --no-optional-locks) ;;
            --literal-pathspecs | --glob-pathspecs | --noglob-pathspecs | --icase-pathspecs) ;;
            --exec-path=* | --git-dir=* | --work-tree=* | --namespace=* | --super-prefix=* | --config-env=* | --attr-source=* | --list-cmds=*) ;;
            -h | --help | -v | --version | --exec-path | --html-path | --man-path | --info-path) exec "$real" "$@" ;;
            -*) odd=$a ;;
            *) sub=$a; break ;;
          esac
          n=$((n+1))
        done
        no() { echo "sally: stopped: $1. The gate has to see what git commits and pushes for an agent; ask the user." >&2; exit 1; }
        if [ -n "$odd" ]; then
          case " $* " in *" push "* | *" commit "* | *-pack* | *remote-*) no "the option $odd of git is not known here" ;; esac
          exec "$real" "$@"
        fi
        case $sub in
          push | commit) ;;
          send-pack | http-push | remote-http | remote-https | remote-ftp | remote-ftps)
            [ "/proc/$PPID/exe" -ef "$real" ] || no "git $sub goes around git push"
            exec "$real" "$@" ;;
          '' | add | apply | archive | blame | branch | bundle | cat-file | check-attr | check-ignore | check-ref-format | checkout | checkout-index | clean | clone | column | commit-graph | commit-tree | config | count-objects | \
          describe | diff | diff-files | diff-index | diff-tree | fetch | fetch-pack | for-each-ref | format-patch | fsck | gc | grep | hash-object | help | index-pack | init | interpret-trailers | log | ls-files | ls-remote | ls-tree | \
          mailinfo | maintenance | merge-base | merge-file | mktag | mktree | multi-pack-index | mv | name-rev | notes | pack-objects | pack-refs | patch-id | prune | range-diff | read-tree | receive-pack | reflog | remote | repack | \
          replace | reset | restore | rev-list | rev-parse | rm | shortlog | show | show-branch | show-index | show-ref | sparse-checkout | stash | status | stripspace | switch | symbolic-ref | tag | unpack-objects | update-index | \
          update-ref | update-server-info | upload-pack | var | verify-commit | verify-pack | verify-tag | version | whatchanged | worktree | write-tree)
            exec "$real" "$@" ;;
        esac
        # Of the words in front of the command, and others behind them.
        ask() {
          k=0 words=$1; shift
          for a do shift; k=$((k+1)); [ $k -gt $n ] || set -- "$@" "$a"; done
          "$real" "$@" $words 2>/dev/null
        }
        case $sub in
          push | commit) ;;
          *)
            # An alias, or a program that may call git by itself: it takes our hooks along, and must not leave them behind.
            alias=$(ask "config --get alias.$sub" "$@") || alias=
            case "$alias $*" in *push* | *commit*)
              case "$alias $*" in *--no-v* | *' -n'* | *[hH][oO][oO][kK][sS][pP][aA][tT][hH]*) around=1 ;; esac
              case $alias in *' -'[!-]*n*) around=1 ;; esac
              [ -z "$around" ] || no "what git $sub does may go around the check; write it out as git push or git commit" ;;
            esac ;;
        esac
        own=$(ask "rev-parse --path-format=absolute --git-path hooks" "$@") || own=
        [ "$own" -ef "$shims/hooks" ] || SALLY_OWN_HOOKS=$own
        export SALLY_OWN_HOOKS
        case $sub in push | commit) verify=--verify ;; *) verify= ;; esac
        k=0
        for a do
          shift; k=$((k+1))
          if [ $k -eq $((n+1)) ]; then set -- "$@" -c "core.hooksPath=$shims/hooks" -c help.autocorrect=0
          elif [ $k -gt $((n+1)) ] && [ -n "$verify" ]; then
            case $a in -- | --end-of-options) set -- "$@" $verify; verify= ;; esac
          fi
          set -- "$@" "$a"
        done
        exec "$real" "$@" $verify

        """;

    private const string HookBody = """
        name=${0##*/}
        own=$SALLY_OWN_HOOKS
        if [ -z "$own" ] || [ "$own" -ef "$shims/hooks" ]; then own=$(git rev-parse --git-dir)/hooks; fi
        was=$own/$name
        # One that sally installed would only ask the same again.
        if [ -x "$was" ] && { read -r l && read -r l; } < "$was"; then case $l in '# sally gate hook '*) was=$was.before-sally ;; esac; fi
        gate() { env -u LD_PRELOAD -u LD_AUDIT -u DOTNET_STARTUP_HOOKS -u CORECLR_ENABLE_PROFILING -u GIT_EXTERNAL_DIFF $sally gate hook --session "$shims" "$name" -- "$@" || exit 1; }
        theirs() { [ ! -x "$was" ] || "$was" "$@" || exit $?; }
        case $name in
          pre-push)
            refs=$(cat); feed() { [ -z "$refs" ] || printf '%s\n' "$refs"; }
            # Theirs may upload on its own: it comes last.
            feed | gate "$@" || exit 1
            feed | theirs "$@" ;;
          pre-commit) theirs "$@"; gate "$@" ;;
          commit-msg)
            # Before theirs, which may want to see the message as it will be.
            [ -z "$trailer" ] || git interpret-trailers --in-place --if-exists addIfDifferent --trailer "$trailer" "$1"
            theirs "$@"; gate "$@" ;;
          *) theirs "$@" ;;
        esac

        """;

    public static string Git(string folder) => $"#!/bin/sh\n# sally: the gate stands before what git commits and pushes for an agent.\nshims={Quoted(folder)} name=git\n{Find}{GitBody}";

    /// <param name="folder">Where the shims stand.</param>
    /// <param name="self">How our own program is started.</param>
    /// <param name="trailer">Line at the end of each commit message; empty for none.</param>
    public static string Hook(string folder, IReadOnlyList<string> self, string trailer) => $"#!/bin/sh\n# sally: the gate, and the repository's own hooks.\nshims={Quoted(folder)} trailer={Quoted(trailer)}\n{HookBody.Replace("$sally ", Words(self), StringComparison.Ordinal)}";

    public static string Publisher(string folder, IReadOnlyList<string> self, string words)
    {
        var pattern = string.Join(" | ", words.Split(' ').Select(static word => $"*' {word} '*"));
        return $"#!/bin/sh\n# sally: the gate stands before what is published for an agent.\nshims={Quoted(folder)} name=${{0##*/}}\n{Find}"
            + $"case \" $* \" in {pattern}) {Words(self)}gate hook --session \"$shims\" publish -- \"$name\" \"$@\" || exit 1 ;; esac\nexec \"$real\" \"$@\"\n";
    }

    private static string Words(IReadOnlyList<string> self) => string.Concat(self.Select(static word => Quoted(word) + " "));

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
