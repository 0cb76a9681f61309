using System.CommandLine;
using Sallyport.Gate;

namespace Sallyport.Mcp;

/// <summary><c>sally mcp show</c>: what a server's tools say, and what is other since it was trusted.</summary>
internal static class ShowServer
{
    public static Command Create()
    {
        var (name, config) = (new Argument<string>("NAME"), McpCommand.Config());
        var command = new Command("show", "what a server's tools say, and what is other since") { name, config };
        command.SetAction((result, _) =>
        {
            var book = McpCommand.Book(result.GetValue(config));
            if (book.Find(result.GetValue(name)!) is not { } entry) return Task.FromResult(McpCommand.Unknown(book, result.GetValue(name)!));
            Output.Write(null, writer =>
            {
                writer.WriteLine(Printable.Line($"{entry.Name}  {entry.State}  {entry.How}"));
                if (entry.Since is null) writer.WriteLine("Nobody has met it yet: its tools are pinned when a run first uses it.");
                else writer.Write(entry.Content);
                if (entry.Difference.Length == 0) return;
                writer.WriteLine($"\nWhat is other now (\"sally mcp trust {entry.Name}\" accepts it):");
                writer.Write(entry.Difference);
            });
            return Task.FromResult(0);
        });
        return command;
    }
}
