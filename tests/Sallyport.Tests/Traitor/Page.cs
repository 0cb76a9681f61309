using System.Globalization;
using System.Text;

namespace Sallyport.Tests.Traitor;

/// <summary>What the whole matrix measured, as docs/traitor.md shows it.</summary>
internal sealed class Page
{
    private readonly Dictionary<string, IReadOnlyList<Outcome>> played = [];

    /// <summary>Attempts that arrived without the product, of those that were tried so.</summary>
    public (int Arrived, int Tried) Unprotected { get; set; }

    public List<(string Mode, int Twins, int Passed, int Questions)> Twins { get; } = [];

    public void Add(Setting setting, IReadOnlyList<Outcome> outcomes) => played[setting.Name] = outcomes;

    public override string ToString()
    {
        var page = new StringBuilder();
        page.Append("| Channel |");
        foreach (var setting in Setting.All) page.Append(CultureInfo.InvariantCulture, $" {setting.Name} |");
        page.Append("\n|---|").Insert(page.Length, "---|", Setting.All.Count).Append('\n');
        foreach (var channel in Channels())
        {
            page.Append(CultureInfo.InvariantCulture, $"| {channel} |");
            foreach (var setting in Setting.All) page.Append(CultureInfo.InvariantCulture, $" {Cell(setting, o => o.Scene.Channel == channel)} |");
            page.Append('\n');
        }
        page.Append("| **all** |");
        foreach (var setting in Setting.All) page.Append(CultureInfo.InvariantCulture, $" {Cell(setting, _ => true)} |");
        page.Append(CultureInfo.InvariantCulture, $"\n\nWithout the product {Unprotected.Arrived} of {Unprotected.Tried} shell attempts arrive.\n\n");
        page.Append("| Mode | Twins | Passed | Questions |\n|---|---|---|---|\n");
        foreach (var (mode, twins, passed, questions) in Twins) page.Append(CultureInfo.InvariantCulture, $"| {mode} | {twins} | {passed} | {questions} |\n");
        return page.ToString();
    }

    private IEnumerable<string> Channels() => Setting.All.SelectMany(s => played[s.Name]).Select(o => o.Scene.Channel).Distinct().Order(StringComparer.Ordinal);

    // Stopped of tried; what the person had opened is told beside.
    private string Cell(Setting setting, Func<Outcome, bool> which)
    {
        var all = played[setting.Name].Where(which).ToArray();
        var opened = all.Count(o => setting.Opens(o.Scene));
        var tried = all.Length - opened;
        var stopped = all.Count(o => !setting.Opens(o.Scene) && o.Leaks.Count == 0);
        var text = tried == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{stopped} of {tried}");
        return opened == 0 ? text : $"{text}{(text.Length > 0 ? " + " : "")}{opened} opened".ToString(CultureInfo.InvariantCulture);
    }
}
