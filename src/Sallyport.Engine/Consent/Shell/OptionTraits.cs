namespace Sallyport.Engine.Consent.Shell;

/// <summary>
/// Options by which programs that mostly read write files, send them, or start other programs. A rule that allows a program with a
/// <c>*</c> behind it does not mean them: it has to spell them out. Builders and test runners have few here: they run the
/// workspace's own code anyway.
/// </summary>
internal static class OptionTraits
{
    /// <param name="Options">As written: a letter is met in clusters, a long name cut short too, <c>*=</c> is any assignment among the operands.</param>
    /// <param name="Values">Letters that take the rest of a cluster as their value.</param>
    private sealed record Traits(string Options, string Values = "")
    {
        public string[] List { get; } = Options.Split(' ');
    }

    private static readonly Dictionary<string, Traits> Table = new(StringComparer.Ordinal)
    {
        ["git"] = new("--output --output-directory --ext-diff --textconv --filters --open-files-in-pager --upload-pack --receive-pack --exec --extcmd --template --separate-git-dir --contents --no-index --export-marks --unsafe-paths --build-fake-ancestor -c --config-env --exec-path --git-dir --work-tree"),
        ["git grep"] = new("-O"), ["git format-patch"] = new("-o"), ["git archive"] = new("-o --remote"), ["git clone"] = new("-u -c --config --reference"), ["git fetch"] = new("--upload-pack"), ["git rebase"] = new("-x -i --interactive", "xCsSX"),
        ["git difftool"] = new("-x -t --tool", "xt"), ["git checkout-index"] = new("--prefix"), ["git fast-import"] = new("--import-marks"), ["git cat-file"] = new("--batch-command"), ["git init"] = new("--shared"),
        ["sort"] = new("-o -T --output --temporary-directory --compress-program --files0-from", "kStT"), ["shuf"] = new("-o --output"), ["iconv"] = new("-o --output"), ["tree"] = new("-o -R --output"), ["uniq"] = new("--output"), ["xxd"] = new("-r -revert"),
        ["find"] = new("-exec -execdir -ok -okdir -delete -fprint -fprint0 -fprintf -fls -files0-from"), ["fd"] = new("-x -X --exec --exec-batch"), ["locate"] = new("--database"),
        ["sed"] = new("-i -f --in-place --file", "e"), ["awk"] = new("-f -i -l -E -e --file --include --load --exec --source", "Fv"), ["jq"] = new("-f -L --from-file --library-path"), ["yq"] = new("-i -s --inplace --split-exp"),
        ["tar"] = new("-C -P -I -F --directory --absolute-names --one-top-level --to-command --checkpoint-action --use-compress-program --rsh-command --info-script --new-volume-script --remove-files --transform --files-from", ""),
        ["unzip"] = new("-d"), ["zip"] = new("-O -T -m --output-file --unzip-command --move"), ["7z"] = new("-o -w"), ["cpio"] = new("-D -F -O -H --rsh-command --file --directory"),
        ["rg"] = new("--pre --pre-glob --hostname-bin -z --search-zip --ignore-file", "efgtTABCmMjdE"), ["ag"] = new("--pager"), ["ack"] = new("--pager --ackrc"), ["grep"] = new("--devices", "efABCmdD"),
        ["diff"] = new("--to-file --from-file"), ["patch"] = new("-o -r -d --output --reject-file --directory"), ["date"] = new("-s --set"), ["file"] = new("-C -m --compile --magic-file"), ["split"] = new("--filter"), ["less"] = new("-o -O -k --log-file --LOG-FILE --lesskey-src --lesskey-content"),
        ["man"] = new("-P -H -C -X --pager --html"), ["bat"] = new("--pager"), ["ps"] = new("--personality"), ["time"] = new("-o --output"),
        ["curl"] = new("-o -O -J -K -c -D -T --output --output-dir --remote-name --remote-name-all --remote-header-name --config --cookie-jar --dump-header --upload-file --trace --trace-ascii --stderr --libcurl --etag-save --hsts --alt-svc --engine --netrc-file --create-dirs --form --data-binary --unix-socket --proxy -x", "XHdFuAebmCEhrzPQtUwyY"),
        ["wget"] = new("-O -o -a -P -i -e --output-document --output-file --append-output --directory-prefix --input-file --execute --config --use-askpass --post-file --body-file --save-cookies --warc-file --rejected-log --force-directories", "tTwQUAR"),
        ["ssh"] = new("-o -F -S -E -I -L -R -D -W -w -A -J", "bcilmp"), ["scp"] = new("-o -F -S -J -D", "cilP"), ["sftp"] = new("-o -F -S -b -J -D", "cilP"),
        ["rsync"] = new("-e -T --rsh --rsync-path --temp-dir --backup-dir --partial-dir --log-file --write-batch --only-write-batch --remove-source-files --delete --password-file"),
        ["gpg"] = new("-o --output --exec-path --photo-viewer --import --export-secret-keys --delete-keys --delete-secret-keys"), ["openssl"] = new("-out -keyout -engine -provider -provider-path -writerand -CAcreateserial -config"),
        ["xmllint"] = new("-o --output --shell"), ["xsltproc"] = new("-o --output"), ["pandoc"] = new("-o -F -L --output --filter --lua-filter --pdf-engine --extract-media"), ["dot"] = new("-o"), ["objcopy"] = new("--dump-section --update-section"), ["readelf"] = new("--dwarf"),
        ["make"] = new("-f -C -I -E -o --file --makefile --directory --include-dir --eval *=", "jlW"), ["ninja"] = new("-f -C"), ["gradle"] = new("-I -b -p -c --init-script --build-file --project-dir --settings-file"), ["mvn"] = new("-f -s -gs --file --settings"),
        ["gcc"] = new("-wrapper -fplugin -specs -B"), ["go"] = new("-exec -toolexec -vettool -overlay -o -outputdir"), ["cargo"] = new("--config -Z --target-dir --out-dir --artifact-dir"), ["dotnet"] = new("-o --output --artifacts-path --results-directory --diag"),
        ["npm"] = new("--script-shell --node-options -c --call --prefix -C --userconfig --globalconfig"), ["eslint"] = new("-o -c -f --fix --output-file --config --format --plugin --rulesdir --parser --resolve-plugins-relative-to --cache-location --cache-file"),
        ["prettier"] = new("-w --write --plugin --config --cache-location"), ["ruff"] = new("-o --fix --output-file --config --cache-dir"), ["mypy"] = new("--install-types --python-executable --cache-dir --junit-xml --html-report"), ["shellcheck"] = new("--rcfile"),
        ["docker"] = new("-v --volume --volumes-from --mount --privileged --cap-add --device --pid --userns --security-opt --config", "efhpuw"), ["terraform"] = new("-chdir -out -state-out -backup"), ["kubectl"] = new("--kubeconfig --as"),
        ["xargs"] = new("-a --arg-file", "IEnPLdsRJ"), ["psql"] = new("-o -L -f --output --log-file --file"), ["sqlite3"] = new("-init -cmd"), ["ffmpeg"] = new("-dump_attachment -report"),
    };

    /// <summary>Whether a word of a command is such an option.</summary>
    /// <param name="name">The program.</param>
    /// <param name="sub">Its first operand, which for some says which options there are.</param>
    /// <param name="text">The word.</param>
    public static bool Decides(string name, string? sub, string text)
    {
        if (text.Length < 2) return false;
        var known = InnerCode.Known(name);
        if (Has(Table.GetValueOrDefault(known), text) || InnerCode.Carries(name, text)) return true;
        return sub is not null && Has(Table.GetValueOrDefault($"{known} {sub}"), text);
    }

    private static bool Has(Traits? traits, string text)
    {
        if (traits is null) return false;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (text[0] != '-') return equals > 0 && Array.IndexOf(traits.List, "*=") >= 0;
        var given = equals < 0 ? text : text[..equals];
        foreach (var option in traits.List)
        {
            if (option.Length == 2 ? InCluster(text, option[1], traits.Values) : option[1] == '-' ? given.StartsWith("--", StringComparison.Ordinal) && given.Length > 3 && option.StartsWith(given, StringComparison.Ordinal) : given == option || given == "-" + option) return true;
        }
        return false;
    }

    private static bool InCluster(string text, char letter, string values)
    {
        if (text[1] == '-') return false;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == letter) return true;
            if (values.Contains(text[i], StringComparison.Ordinal)) return false;
        }
        return false;
    }
}
