using System.Text.Json;
using Sallyport.Guard.Audit;

namespace Sallyport.Links.Tests;

/// <summary>What an entry says, by writing it down and reading it back.</summary>
internal static class LedgerFields
{
    public static Dictionary<string, string> Of(LedgerEntry entry)
    {
        var folder = Directory.CreateTempSubdirectory("sally-ledger-");
        try
        {
            using (var ledger = Ledger.Open(new LedgerOptions(folder.FullName))) ledger.Append(entry);
            using var line = JsonDocument.Parse(File.ReadLines(Path.Combine(folder.FullName, "log.jsonl")).Last());
            return line.RootElement.GetProperty("data").EnumerateObject().ToDictionary(m => m.Name, m => m.Value.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
