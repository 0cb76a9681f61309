using System.CommandLine;
using Sallyport.Audit;

namespace Sallyport.Mcp;

/// <summary><c>sally mcp forget</c>: takes away what was pinned of a server, also of one that no settings name any more.</summary>
internal static class ForgetServer
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME");
        var command = new Command("forget", "forget what a server was: the next run meets it anew") { name };
        command.SetAction((result, _) =>
        {
            var asked = result.GetValue(name)!;
            var entry = asked.AsSpan().IndexOfAny('/', '*', '?') >= 0 ? null : McpCommand.Book(null).Forget(asked);
            if (entry is not null) LedgerPen.Note(entry);
            Console.Out.WriteLine(Printable.Line(entry is null ? $"nothing is known of {asked}" : $"{asked} is forgotten: the next run that uses it pins its tools anew"));
            return Task.FromResult(entry is null ? 1 : 0);
        });
        return command;
    }
}
