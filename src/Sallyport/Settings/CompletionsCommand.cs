using System.CommandLine;

namespace Sallyport.Settings;

/// <summary><c>sally completions</c>: a script for the shell. All words stand in it, so that pressing the key starts nothing.</summary>
internal sealed class CompletionsCommand : ProgramCommand
{
    public override string Name => "completions";

    public override string Summary => "completions for bash, zsh and fish";

    public override string Help(string[] path) => SettingsHelp.Completions;

    public override Command Create()
    {
        var shell = new Argument<string>("SHELL");
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command(Name, Summary) { shell };
        command.SetAction((result, _) =>
        {
            var words = CompletionWords.All();
            Gate.Output.Write(null, writer => writer.Write(result.GetValue(shell) switch
            {
                "bash" => CompletionScript.Bash(words),
                "zsh" => CompletionScript.Zsh(words),
                _ => CompletionScript.Fish(words),
            }));
            return Task.FromResult(0);
        });
        return command;
    }
}
