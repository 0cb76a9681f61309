using System.CommandLine;
using Sallyport.Engine.Settings;
using Sallyport.Links.Mcp;

namespace Sallyport.Mcp;

/// <summary><c>sally mcp</c>: the MCP servers of this folder, and what they were trusted with.</summary>
internal sealed class McpCommand : ProgramCommand
{
    public override string Name => "mcp";

    public override string Summary => "MCP servers, their tools, and what changed in them";

    public override bool NeedsMore => true;

    public override string Help(string[] path) => """
        sally mcp: MCP servers, their tools, and what changed in them

          list             the servers that the settings name, and how they stand
          show NAME        what its tools say, as it was pinned; and what is other since
          trust NAME       accept what it has become
          forget NAME      forget what it was: the next run meets it anew

        A server's tools are pinned when a run first uses it. Where they are others later, the
        server is off until you have looked at the difference and accepted it.

        Options
          --mcp-config FILE    servers of this file, too
          --json               (list) one object for programs

        Example
          sally mcp show github && sally mcp trust github
        """;

    public override Command Create() => new(Name, Summary) { ListServers.Create(), ShowServer.Create(), TrustServer.Create(), ForgetServer.Create() };

    public static Option<string?> Config() => new("--mcp-config");

    /// <summary>What the settings of this folder name, and what is known of it.</summary>
    public static McpBook Book(string? config)
    {
        var here = Environment.CurrentDirectory;
        var settings = RunSettings.Load(here, config is null ? null : [new("mcpServers", config)]);
        if (settings.Notice() is { } notice) Console.Error.WriteLine($"sally: {Printable.Line(notice)}");
        return new McpBook(settings.Servers, settings.Paths.ProjectFolder, here);
    }

    /// <summary>Says that there is no such server; the exit code of it.</summary>
    public static int Unknown(McpBook book, string name)
    {
        var names = book.All().Select(static entry => entry.Name).ToArray();
        Console.Error.WriteLine($"sally: the settings name no MCP server {Printable.Line(name)}; {(names.Length == 0 ? "they name none at all" : "there are " + string.Join(", ", names))}");
        return 1;
    }
}
