using System.Text;

namespace Sallyport.Settings;

/// <summary>The words as a script. Three shells, one shape: find the path, then the option before the cursor, then what stands there.</summary>
internal static class CompletionScript
{
    public static string Bash(List<CompletionWords> all)
    {
        var text = new StringBuilder("""
            # bash completions of sally
            _sally() {
              local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= i
              COMPREPLY=()
              # --option=word arrives as three words
              if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
              for ((i = 1; i < COMP_CWORD; i++)); do
                case "$at|${COMP_WORDS[i]}" in

            """);
        AddPaths(text, all, "      ");
        text.Append("    esac\n  done\n  case \"$at|$prev\" in\n");
        AddValues(text, all, words => $"COMPREPLY=($(compgen -W '{words}' -- \"$cur\"))", "COMPREPLY=($(compgen -f -- \"$cur\")); compopt -o filenames 2>/dev/null",
            "local file; for file in \"${XDG_STATE_HOME:-$HOME/.local/state}\"/sallyport/sessions/*/*.jsonl; do [[ -e $file ]] || continue; file=${file##*/}; [[ ${file%.jsonl} == \"$cur\"* ]] && COMPREPLY+=(\"${file%.jsonl}\"); done");
        text.Append("  esac\n  case $at in\n");
        foreach (var here in all)
        {
            text.Append($"    '{here.Path}') if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '{Names(here)}' -- \"$cur\")); else COMPREPLY=($(compgen -W '{string.Join(' ', here.Words)}' -- \"$cur\"))");
            if (here.TakesFiles) text.Append("; COMPREPLY+=($(compgen -f -- \"$cur\")); compopt -o filenames 2>/dev/null");
            text.Append("; fi ;;\n");
        }
        return text.Append("  esac\n}\ncomplete -F _sally sally\n").ToString();
    }

    public static string Zsh(List<CompletionWords> all)
    {
        var text = new StringBuilder("""
            #compdef sally
            _sally() {
              local cur=${words[CURRENT]} prev=${words[CURRENT-1]} at= i
              for ((i = 2; i < CURRENT; i++)); do
                case "$at|${words[i]}" in

            """);
        AddPaths(text, all, "      ");
        text.Append("    esac\n  done\n  case \"$at|$prev\" in\n");
        AddValues(text, all, words => $"compadd -- {words}", "_files",
            "local -a found; found=(\"${XDG_STATE_HOME:-$HOME/.local/state}\"/sallyport/sessions/*/*.jsonl(N:t:r)); compadd -- $found");
        text.Append("  esac\n  case $at in\n");
        foreach (var here in all)
        {
            text.Append($"    '{here.Path}') if [[ $cur == -* ]]; then compadd -- {Names(here)}; else ");
            text.Append(here.Words.Count > 0 ? $"compadd -- {string.Join(' ', here.Words)}" : ":");
            if (here.TakesFiles) text.Append("; _files");
            text.Append("; fi ;;\n");
        }
        return text.Append("  esac\n}\ncompdef _sally sally\n").ToString();
    }

    public static string Fish(List<CompletionWords> all)
    {
        var text = new StringBuilder("""
            # fish completions of sally
            function __sally_at
                set -l at
                for word in (commandline -opc)[2..]
                    switch "$at|$word"

            """);
        foreach (var here in all)
        {
            if (here.Path.Length == 0) continue;
            var space = here.Path.LastIndexOf(' ');
            text.Append($"            case '{(space < 0 ? "" : here.Path[..space])}|{here.Path[(space + 1)..]}'\n                set at '{here.Path}'\n");
        }
        text.Append("        end\n    end\n    test \"$at\" = \"$argv[1]\"\nend\nfunction __sally_sessions\n    set -q XDG_STATE_HOME; and set -l state $XDG_STATE_HOME; or set -l state ~/.local/state\n    for file in $state/sallyport/sessions/*/*.jsonl\n        path change-extension '' (path basename $file)\n    end\nend\ncomplete -c sally -f\n");
        foreach (var here in all)
        {
            var when = $"complete -c sally -n '__sally_at \"{here.Path}\"'";
            if (here.Words.Count > 0) text.Append($"{when} -a '{string.Join(' ', here.Words)}'\n");
            if (here.TakesFiles) text.Append($"{when} -F\n");
            foreach (var option in here.Options)
            {
                var name = $"{when} -l {option.Name[2..]}";
                text.Append(option.Value switch
                {
                    CompletionValue.Word => $"{name} -x -a '{string.Join(' ', option.Words)}'\n",
                    CompletionValue.File => $"{name} -r -F\n",
                    CompletionValue.Session => $"{name} -x -a '(__sally_sessions)'\n",
                    CompletionValue.Other => $"{name} -x\n",
                    _ => $"{name}\n",
                });
            }
        }
        return text.ToString();
    }

    private static void AddPaths(StringBuilder text, List<CompletionWords> all, string indent)
    {
        foreach (var here in all)
        {
            if (here.Path.Length == 0) continue;
            var space = here.Path.LastIndexOf(' ');
            text.Append($"{indent}'{(space < 0 ? "" : here.Path[..space])}|{here.Path[(space + 1)..]}') at='{here.Path}' ;;\n");
        }
    }

    private static void AddValues(StringBuilder text, List<CompletionWords> all, Func<string, string> words, string files, string sessions)
    {
        foreach (var here in all)
        {
            foreach (var option in here.Options)
            {
                var action = option.Value switch
                {
                    CompletionValue.Word => words(string.Join(' ', option.Words)),
                    CompletionValue.File => files,
                    CompletionValue.Session => sessions,
                    CompletionValue.Other => ":",
                    _ => null,
                };
                if (action is not null) text.Append($"    '{here.Path}|{option.Name}') {action}; return ;;\n");
            }
        }
    }

    private static string Names(CompletionWords here)
    {
        var names = new List<string>();
        foreach (var option in here.Options) names.Add(option.Name);
        return string.Join(' ', names);
    }
}
