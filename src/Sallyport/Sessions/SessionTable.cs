using System.Globalization;
using System.Text;
using Sallyport.Engine.Sessions;

namespace Sallyport.Sessions;

/// <summary>Sessions and search hits as lines for people.</summary>
internal static class SessionTable
{
    private const int LongestFolder = 20;

    public static void Write(TextWriter writer, IReadOnlyList<SessionSummary> sessions, bool withFolder)
    {
        if (sessions.Count == 0) return;
        var folders = LongestFolder;
        if (withFolder) folders = Math.Min(LongestFolder, Math.Max(6, sessions.Max(s => Folder(s).Length)));
        var ids = Math.Max(2, sessions.Max(s => s.Id.Length));
        Line(writer, $"{"ID".PadRight(ids)}  {"LAST",-16}  TURNS     COST  {(withFolder ? "FOLDER".PadRight(folders) + "  " : "")}TITLE");
        foreach (var session in sessions)
        {
            var folder = withFolder ? Fit(Folder(session), folders).PadRight(folders) + "  " : "";
            var title = session.Title.Length > 0 ? Printable.Line(session.Title) : "(no prompt)";
            Line(writer, $"{session.Id.PadRight(ids)}  {When(session.LastActivity)}  {session.Turns.ToString(CultureInfo.InvariantCulture),5}  {Cost(session.CostUsd),7}  {folder}{title}");
        }
    }

    public static void Write(TextWriter writer, IReadOnlyList<SessionHit> hits, bool color)
    {
        var first = true;
        // The session with the best hit first, all of its hits together.
        foreach (var group in hits.GroupBy(hit => hit.Session.Id, StringComparer.Ordinal))
        {
            if (!first) writer.WriteLine();
            first = false;
            var session = group.First().Session;
            Line(writer, $"{session.Id}  {When(session.LastActivity)}  {Printable.Line(session.Title)}");
            foreach (var hit in group) writer.WriteLine($"  {hit.Kind + " " + hit.Number.ToString(CultureInfo.InvariantCulture),-12}{Marked(hit.Snippet, color)}");
        }
    }

    public static string When(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Cost(decimal? cost) => cost is { } known ? known.ToString(known is > 0 and < 0.01m ? "$0.0000" : "$0.00", CultureInfo.InvariantCulture) : "-";

    private static string Folder(SessionSummary session) => Printable.Line(Path.GetFileName(Path.TrimEndingDirectorySeparator(session.Cwd)));

    private static void Line(TextWriter writer, string line) => writer.WriteLine(Fit(line, Terminal.Width));

    private static string Fit(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";

    private static string Marked(string snippet, bool color)
    {
        var line = new StringBuilder(snippet.Length + 16);
        foreach (var c in snippet)
        {
            if (c == SessionHit.Open) line.Append(color ? "\e[1;33m" : "");
            else if (c == SessionHit.Close) line.Append(color ? "\e[0m" : "");
            else if (!char.IsWhiteSpace(c)) line.Append(char.IsControl(c) ? ' ' : c);
            else if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
        }
        return line.ToString();
    }
}
