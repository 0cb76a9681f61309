using System.CommandLine;
using System.CommandLine.Completions;
using Sallyport.Agent;
using Sallyport.Engine.Models;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Swarm;
using Sallyport.Providers;

namespace Sallyport.Settings;

/// <summary>What can stand behind <c>sally</c>, taken from the commands themselves.</summary>
/// <param name="Path">The words that lead there, as "gate check"; empty for the program itself.</param>
/// <param name="Words">Sub-commands and words that an argument takes.</param>
/// <param name="Options">Options that stand there.</param>
/// <param name="TakesFiles">Whether a file may stand there.</param>
internal sealed record CompletionWords(string Path, IReadOnlyList<string> Words, IReadOnlyList<CompletionOption> Options, bool TakesFiles)
{
    public static List<CompletionWords> All()
    {
        var all = new List<CompletionWords>();
        var root = AgentCommand.Create();
        var commands = ProgramCommandShelf.All();
        var names = new List<string>();
        foreach (var command in commands) names.Add(command.Name);
        all.Add(new CompletionWords("", names, OptionsOf(root), TakesFiles: false));
        foreach (var command in commands) Add(all, command.Create(), command.Name);
        return all;
    }

    private static void Add(List<CompletionWords> all, Command command, string path)
    {
        var words = new List<string>();
        foreach (var one in command.Subcommands) if (!one.Hidden) words.Add(one.Name);
        var files = false;
        foreach (var argument in command.Arguments)
        {
            var own = Labels(argument.GetCompletions(CompletionContext.Empty));
            words.AddRange(own);
            files |= own.Count == 0;
        }
        all.Add(new CompletionWords(path, words, OptionsOf(command), files));
        foreach (var one in command.Subcommands) if (!one.Hidden) Add(all, one, $"{path} {one.Name}");
    }

    private static List<CompletionOption> OptionsOf(Command command)
    {
        var options = new List<CompletionOption>();
        foreach (var option in command.Options)
        {
            if (option.Hidden || option.Name is "--help" or "--version") continue;
            var flag = option.ValueType == typeof(bool);
            var words = flag ? [] : Labels(option.GetCompletions(CompletionContext.Empty));
            if (words.Count == 0) words = Known(option.Name);
            options.Add(new CompletionOption(option.Name, flag ? CompletionValue.None : option.Name is "--resume" or "--fork" ? CompletionValue.Session : words.Count > 0 ? CompletionValue.Word : IsText(option.ValueType) && !IsNumberOrRule(option.Name) ? CompletionValue.File : CompletionValue.Other, words));
        }
        options.Add(new CompletionOption("--help", CompletionValue.None, []));
        if (command is RootCommand) options.Add(new CompletionOption("--version", CompletionValue.None, []));
        return options;
    }

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(string[]);

    // An option that is a setting of one run takes what the setting takes.
    private static bool IsNumberOrRule(string option)
    {
        foreach (var key in SettingKeys.All) if (key.Option == option) return key.Kind is SettingKind.Whole or SettingKind.Amount or SettingKind.Fraction or SettingKind.Rules || key.Name == "model";
        return false;
    }

    private static List<string> Labels(IEnumerable<CompletionItem> items)
    {
        var labels = new List<string>();
        foreach (var item in items) labels.Add(item.Label);
        return labels;
    }

    private static List<string> Known(string option)
    {
        var words = new List<string>();
        if (option == "--provider") foreach (var kind in ProviderTable.Kinds) words.Add(kind.Name);
        foreach (var key in SettingKeys.All) if (key.Option == option) words.AddRange(key.Words);
        if (option is not ("--model" or "--agent")) return words;
        try
        {
            if (option == "--agent")
            {
                foreach (var kind in AgentKinds.Load(SettingsPaths.Of(Environment.CurrentDirectory)).All) words.Add(kind.Name);
                return words;
            }
            var catalogue = ModelCatalogue.Load(ModelsCommand.OwnFile);
            words.AddRange(catalogue.Tiers);
            foreach (var model in catalogue.Models) if (!words.Contains(model.Id)) words.Add(model.Id);
            foreach (var tier in RunSettings.Load(Environment.CurrentDirectory).Tiers.Keys) if (!words.Contains(tier)) words.Add(tier);
        }
        catch (Exception e) when (e is FormatException or SettingsException)
        {
            // "sally doctor" tells; completions do without.
        }
        // A name that a shell would read as something else is typed by hand.
        words.RemoveAll(static word => word.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") >= 0);
        return words;
    }
}

/// <param name="Name">With its dashes.</param>
/// <param name="Value">What follows it.</param>
/// <param name="Words">The words that may.</param>
internal sealed record CompletionOption(string Name, CompletionValue Value, IReadOnlyList<string> Words);

internal enum CompletionValue { None, Word, File, Session, Other }
