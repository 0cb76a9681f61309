using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Sources;

/// <summary>
/// Source under a name that does not say so: a backup, a .txt, a .bin. Told by what stands at the beginning of lines,
/// in a file whose lines mostly look like code; prose with examples is left alone.
/// </summary>
internal sealed class HiddenSource : EntryDetector
{
    private const int Look = 16 << 10;
    private const int MinLines = 6;

    private static readonly Rule Hidden = new("source.hidden", Severity.High, Blocking.WhenClosed, "Source code under another name",
        "Leave it out of the package.", "main.ts.bak or data.bin that holds TypeScript");

    // A marker with a leading '~' may stand anywhere in a line.
    private static readonly (string Language, string[] Markers)[] Known =
    [
        ("TypeScript", ["import type ", "export interface ", "interface ", "export type ", "type ", "export enum ", "private readonly ", "private async ", "public async ", "export abstract class ", "~: string", "~: number", "~: boolean", "~): Promise<", "~): void", "~ as const"]),
        ("C#", ["using System", "namespace ", "public sealed class ", "internal sealed class ", "public class ", "internal class ", "public static ", "private readonly ", "public async Task", "private static ", "public override "]),
        ("Go", ["package ", "import (", "func ", "func (", "type ", "~ := ", "defer ", "if err != nil {"]),
        ("Rust", ["use std::", "use crate::", "pub fn ", "fn ", "impl ", "impl<", "pub struct ", "let mut ", "#[derive(", "mod ", "~ -> Result<"]),
        ("Java", ["package ", "import java", "import org.", "import com.", "public class ", "public final class ", "@Override", "private final ", "public static void ", "private static final "]),
        ("C or C++", ["#include <", "#include \"", "#define ", "#ifdef ", "#endif", "static int ", "static void ", "namespace ", "template <", "template<", "int main("]),
        ("Swift", ["import Foundation", "import UIKit", "import SwiftUI", "func ", "guard let ", "private func ", "final class ", "extension ", "~ -> Void", "@objc "]),
        ("Kotlin", ["package ", "import kotlin", "import android", "fun ", "private fun ", "override fun ", "data class ", "val ", "private val ", "companion object"]),
    ];

    private static readonly HashSet<string> Plain = new(["", ".txt", ".bin", ".dat", ".bak", ".old", ".orig", ".save", ".tmp", ".src", ".copy", ".disabled", ".data", ".raw", ".blob", ".res", ".backup", ".1", ".2"], StringComparer.Ordinal);

    public override IReadOnlyList<Rule> Rules => [Hidden];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (entry.IsBinary || head.Length < 120 || !Plain.Contains(entry.Extension)) return;
        if (LanguageOf(head[..Math.Min(head.Length, Look)]) is not { } language) return;
        sink.Report(Hidden, $"{language} source under the name {entry.Name}", ("language", language));
    }

    private static string? LanguageOf(ReadOnlySpan<byte> text)
    {
        Span<int> seen = stackalloc int[Known.Length];
        Span<int> hits = stackalloc int[Known.Length];
        var (lines, code) = (0, 0);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            lines++;
            if (LooksLikeCode(line)) code++;
            for (var i = 0; i < Known.Length; i++)
            {
                var markers = Known[i].Markers;
                for (var m = 0; m < markers.Length; m++)
                {
                    if (!Stands(line, markers[m])) continue;
                    seen[i] |= 1 << m;
                    hits[i]++;
                }
            }
        }
        if (lines < MinLines || code * 10 < lines * 7) return null;
        var best = -1;
        for (var i = 0; i < Known.Length; i++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)seen[i]) >= 3 && hits[i] >= 4 && (best < 0 || hits[i] > hits[best])) best = i;
        }
        return best < 0 ? null : Known[best].Language;
    }

    private static bool Stands(ReadOnlySpan<byte> line, string marker)
    {
        Span<byte> bytes = stackalloc byte[40];
        var length = System.Text.Encoding.ASCII.GetBytes(marker, bytes);
        return marker[0] == '~' ? line.IndexOf(bytes[1..length]) >= 0 : line.StartsWith(bytes[..length]);
    }

    private static bool LooksLikeCode(ReadOnlySpan<byte> line) =>
        line[^1] is (byte)';' or (byte)'{' or (byte)'}' or (byte)',' or (byte)')' or (byte)'(' or (byte)']' or (byte)'>'
        || line.StartsWith("//"u8) || line.StartsWith("/*"u8) || line[0] is (byte)'*' or (byte)'#' or (byte)'@' || line.StartsWith("import "u8) || line.StartsWith("use "u8)
        || line.StartsWith("func "u8) || line.StartsWith("package "u8) || line.IndexOf(" := "u8) >= 0 || line.IndexOf(" = "u8) >= 0 || line.StartsWith("return"u8);

    private const string Example = """
        import type { Session } from "./session";

        export interface Options {
          name: string;
          retries: number;
        }

        export class Runner {
          private readonly options: Options;
          async run(session: Session): Promise<void> {
            await session.start(this.options.name);
          }
        }

        """;

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Hidden.Id, "data.bin", Example),
        Sample.Hit(Hidden.Id, "runner.ts.bak", Example),
        Sample.Hit(Hidden.Id, "notes.txt", "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tname := os.Args[1]\n\tif err := run(name); err != nil {\n\t\tfmt.Println(err)\n\t}\n}\n\nfunc run(name string) error {\n\tdefer fmt.Println()\n\treturn nil\n}\n"),
        Sample.Miss("NOTICE.txt", string.Concat(Enumerable.Repeat("This product includes software developed by others; the package is provided as it is.\ntype of licence: MIT\ninterface to the engine: none\n", 8))),
        Sample.Miss("README.txt", "Use it like this:\n\nimport { run } from \"tool\";\n\nThen call run with a name, and wait until it is done.\nIt returns a promise of nothing at all, and logs what it does.\nThe options are described below in the same order as in the code.\nEach of them has a default that is fine for most projects, so leave them out.\n"),
        Sample.Miss("main.d.ts", "export interface A { a: string }\n"),
    ];
}
