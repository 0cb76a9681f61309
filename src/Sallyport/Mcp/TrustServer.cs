using System.CommandLine;
using Sallyport.Audit;

namespace Sallyport.Mcp;

/// <summary><c>sally mcp trust</c>: accepts what a server has become, exactly as it was shown.</summary>
internal static class TrustServer
{
    public static Command Create()
    {
        var (name, config) = (new Argument<string>("NAME"), McpCommand.Config());
        var command = new Command("trust", "accept what a server has become") { name, config };
        command.SetAction((result, _) =>
        {
            var (asked, book) = (result.GetValue(name)!, McpCommand.Book(result.GetValue(config)));
            if (book.Find(asked) is not { } entry) return Task.FromResult(McpCommand.Unknown(book, asked));
            if (book.Trust(asked) is not { } trusted)
            {
                Console.Out.WriteLine(entry.Since is null ? $"{asked} was not met yet: the first run that uses it pins its tools" : $"{asked} is as it was: there is nothing to accept");
                return Task.FromResult(0);
            }
            Console.Out.Write(entry.Difference);
            LedgerPen.Note(trusted);
            Console.Out.WriteLine($"{asked} is trusted as it now is");
            return Task.FromResult(0);
        });
        return command;
    }
}
