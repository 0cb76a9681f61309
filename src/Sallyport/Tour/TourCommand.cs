using System.CommandLine;

namespace Sallyport.Tour;

/// <summary><c>sally tour</c>: the agent mends a bug and the gate stops a leak, in a minute, with no key and no network.</summary>
internal sealed class TourCommand : ProgramCommand
{
    public override string Name => "tour";

    public override string Summary => "see it work: no key, no network, about half a minute";

    public override Command Create()
    {
        var keep = new Option<bool>("--keep");
        var fast = new Option<bool>("--fast");
        var command = new Command(Name, Summary) { keep, fast };
        command.SetAction((parsed, cancellation) => TourRun.Run(parsed.GetValue(keep), parsed.GetValue(fast), cancellation));
        return command;
    }

    public override string Help(string[] path) => """
        sally tour    the agent mends a bug, then the gate stops a leak

        Makes a small project with a failing test in a temporary folder and lets the agent mend it: the
        real engine and the real tools, with answers of a model that were written down beforehand, so
        that it needs no key and no network. Then it builds the project's package with a source map in
        it, as a bundler does by default, and shows the gate stopping it.

        Options
          --keep    leave the project there afterwards
          --fast    do not wait for the words to be read
        """;
}
