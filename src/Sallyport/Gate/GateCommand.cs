using System.CommandLine;

namespace Sallyport.Gate;

/// <summary><c>sally gate</c>: what may leave.</summary>
internal static class GateCommand
{
    public static RootCommand Root() => new("sally: nothing leaves unseen")
    {
        new Command("gate", "what may leave")
        {
            CheckCommand.Create(), RecoverCommand.Create(), RulesCommand.Create(), WaiveCommand.Create(), TermCommand.Create(), BaselineCommand.Create(),
        },
    };

    public static Option<string?> PolicyOption() => new("--policy");

    public static Option<string?> OutputOption() => new("--output", "-o");
}
