using System.Globalization;
using System.Text;

namespace Sallyport.Bench;

/// <summary>
/// Writes a tree of 100,000 files of made-up C in 10,500 folders, about 580 MB, the same each time, to search in. One file in seven
/// lies in a folder that is ignored.
/// </summary>
internal static class MadeUpTree
{
    private const int Files = 100_000, Folders = 10_500, Lines = 190;

    private static readonly string[] Words = ["dev", "spin", "lock", "irq", "page", "node", "queue", "buf", "skb", "ctx", "ret", "err", "flags", "data", "state", "timer", "clk", "reg", "val", "mask", "count", "index", "size", "name", "list", "head", "next", "port", "host", "bus"];
    private static readonly string[] Types = ["int", "u32", "struct device *", "unsigned long", "bool", "void *", "size_t", "const char *"];

    public static void Write(string root)
    {
        var random = new Random(1);
        Directory.CreateDirectory(root);
        File.WriteAllText(Path.Combine(root, ".gitignore"), "out/\n");
        Directory.CreateDirectory(Path.Combine(root, ".git"));
        for (var i = 0; i < Files; i++)
        {
            var folder = i % Folders;
            var place = Path.Combine(root, folder % 7 == 6 ? "out" : "src", $"d{folder % 100:00}", $"e{folder / 100:000}");
            Directory.CreateDirectory(place);
            File.WriteAllText(Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"f{i:000000}.{(i % 5 == 0 ? "h" : "c")}")), Text(random, i));
        }
    }

    private static string Text(Random random, int number)
    {
        var text = new StringBuilder($"/* SPDX-License-Identifier: GPL-2.0 */\n#include <linux/{Word()}.h>\n\n");
        for (var i = 0; i < Lines; i++)
            text.Append(random.Next(12) switch
            {
                0 => $"static {Types[random.Next(Types.Length)]} {Word()}_{Word()}({Types[random.Next(Types.Length)]} {Word()})\n{{\n",
                1 => $"\tspin_{Word()}(&{Word()}->{Word()});\n",
                2 => $"\tif ({Word()}->{Word()} & {Word().ToUpperInvariant()}_{Word().ToUpperInvariant()})\n",
                3 => $"\t\treturn -E{Word().ToUpperInvariant()};\n",
                4 => "}\n\n",
                5 => $"\t/* {Word()} the {Word()} before the {Word()} is gone */\n",
                6 => $"\t{Word()} = {Word()}_{Word()}({Word()}, {random.Next(64)});\n",
                7 => number % 25 == 0 ? $"\t{Word()} = {random.Next(1000, 10_000)};\n" : $"\t{Word()} = {Word()};\n",
                8 => $"\t.{Word()} = pm_{(random.Next(2) == 0 ? "resume" : "suspend")}_{Word()},\n",
                9 => "\n",
                _ => $"\t{Word()}({Word()}, \"%s: {Word()} %d\\n\", {Word()}->{Word()}, {Word()});\n",
            });
        if (number % 1000 == 7) text.Append("/* needle_in_haystack */\n");
        return text.ToString();

        string Word() => Words[random.Next(Words.Length)];
    }
}
