using System.CommandLine;

namespace Sallyport.Gate;

/// <summary><c>sally gate</c>: what may leave.</summary>
internal sealed class GateCommand : ProgramCommand
{
    public override string Name => "gate";

    public override string Summary => "is a package, image, folder or commit fit to leave?";

    public override int UsageExit => GateExit.Usage;

    public override bool NeedsMore => true;

    public override Command Create() => new(Name, Summary)
    {
        CheckCommand.Create(), RecoverCommand.Create(), RulesCommand.Create(), WaiveCommand.Create(), TermCommand.Create(), BaselineCommand.Create(),
        InstallHooksCommand.Create(), HookCommand.Create(),
    };

    public override string Help(string[] path) => GateHelp.Page(path);

    public static Option<string?> PolicyOption() => new("--policy");

    public static Option<string?> OutputOption() => new("--output", "-o");
}
