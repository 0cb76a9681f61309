using System.CommandLine;
using Sallyport.Guard.Reports;

namespace Sallyport.Gate;

/// <summary><c>sally gate rules</c>: what the gate knows.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var format = new Option<string>("--format") { DefaultValueFactory = _ => "text" };
        var output = GateCommand.OutputOption();
        format.AcceptOnlyFromAmong([.. RuleList.Formats]);
        var command = new Command("rules", "every rule") { format, output };
        command.SetAction((result, _) =>
        {
            Output.Write(result.GetValue(output), writer => RuleList.Write(result.GetValue(format)!, writer));
            return Task.FromResult(GateExit.Clean);
        });
        return command;
    }
}
