using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>Passwords that Windows' own commands take by place: <c>net use \\host\share PASSWORD /user:x</c>, <c>net user x PASSWORD /add</c>, <c>cmdkey /pass:</c>.</summary>
internal sealed class WindowsLogin : LiteralDetector
{
    private const int MaxLine = 400;

    private static readonly Rule Found = new("secret.windows-login", Severity.High, Blocking.Always, "A password in a Windows command",
        "Change the password: once published it counts as known. Let the command ask for it (*), or read it from the environment.", "net use \\\\host\\share … /user:…") { Vagueness = 1 };

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => [new("net use ", true), new("net user ", true), new("cmdkey ", true)];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        if (hit.Start > 0 && char.IsAsciiLetterOrDigit((char)text[hit.Start - 1]) && !(hit.Start > 1 && text[hit.Start - 2] == '\\')) return;
        var line = text[hit.End..Math.Min(text.Length, hit.End + MaxLine)];
        if (line.IndexOfAny("\r\n\"`|&>)"u8) is var end and >= 0) line = line[..end];
        if (hit.Trigger == 2)
        {
            var option = line.IndexOf("/pass:"u8);
            if (option >= 0) Report(hit, option + 6, line[(option + 6)..]);
            return;
        }
        var isShare = false;
        var isTold = hit.Trigger == 1 && line.IndexOf("/add"u8) < 0 ? 1 : 0;
        for (int at = 0, words = 0; at < line.Length && words < 8; words++)
        {
            while (at < line.Length && line[at] == ' ') at++;
            var length = line[at..].IndexOf((byte)' ');
            if (length < 0) length = line.Length - at;
            var word = line.Slice(at, length);
            if (word.IsEmpty) return;
            if (hit.Trigger == 1 ? words == 1 && word[0] != '/' : isShare && word[0] is not ((byte)'/' or (byte)'\\'))
            {
                if (isTold == 0 || line[(at + length)..].Trim(" "u8).IsEmpty) Report(hit, at, word);
                return;
            }
            isShare |= word.StartsWith("\\\\"u8);
            at += length;
        }
    }

    private static void Report(in TextHit hit, int at, ReadOnlySpan<byte> word)
    {
        if (word.IndexOf((byte)' ') is var space and > 0) word = word[..space];
        if (word.Length < 5 || word[0] is (byte)'%' or (byte)'$' or (byte)'<' or (byte)'*' || Placeholders.IsWeakOrPlaceholder(word) || (!ValueShape.IsPassword(word, isBare: true) && !ValueShape.IsRandom(word, strict: false))) return;
        hit.Report(Found, hit.End + at, word.Length, $"a Windows command is given a password of {word.Length} characters");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var made = "Fl0wer" + "#" + RandomNumberGenerator.GetInt32(100, 999);
            yield return Sample.Hit(Found.Id, "map.cmd", $"net use Z: \\\\files1\\share {made} /user:ACME\\app\r\n");
            yield return Sample.Hit(Found.Id, "map.bat", $"NET USE \\\\files1\\share /user:app {made} /persistent:no\r\n");
            yield return Sample.Hit(Found.Id, "add.ps1", $"net user app {made} /add\r\n");
            yield return Sample.Hit(Found.Id, "key.cmd", $"cmdkey /add:files1 /user:app /pass:{made}\r\n");
            foreach (var miss in new[] { "net use Z: \\\\files1\\share /user:app *", "net use Z: \\\\files1\\share %PASS% /user:app", "net user app * /add", "the net use of energy in 2024Q1 rose", "net user administrator /active:yes" }) yield return Sample.Miss("a.cmd", miss + "\r\n");
        }
    }
}
