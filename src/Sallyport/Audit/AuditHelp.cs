namespace Sallyport.Audit;

/// <summary>The pages of <c>sally audit --help</c>.</summary>
internal static class AuditHelp
{
    private const string Filters = """
          --kind KIND     verdict, override, approval, waiver, trust, egress or seal
          --since WHEN    2027-01-31, 2027-01-31T10:00Z, or how long ago: 30m, 12h, 7d
          --session ID    an id, its beginning or its end
        """;

    public static string Page(string[] path) => path switch
    {
        ["log"] => $"""
            sally audit log    what was decided and what left, the last of it

            Options
            {Filters}
              --limit N       at most so many (default: 50)
              --json          the lines of the ledger as they stand

            Examples
              sally audit log --kind egress --since 1d
              sally audit log --kind verdict --json
            """,
        ["verify"] => """
            sally audit verify    is the record what was written?

            Finds every entry that was changed, removed, inserted, moved or cut off, and names it.
            Compares with every signed checkpoint, and with the witness if there is one.

            Options
              --key KEY        the key that you wrote down, instead of the one beside the ledger
              --witness DIR    instead of the setting ledger.witness
              --json           one object for programs

            Exit codes
              0 intact    1 tampered    2 wrong usage, or there is no ledger

            Example
              sally audit verify --key "$(cat ledger.pub)"
            """,
        ["prove"] => """
            sally audit prove ENTRY           proof that an entry is in the ledger
            sally audit prove --from SIZE     proof that the ledger still begins with those entries
            sally audit prove --check FILE --key KEY

            A proof is a few lines of text that anybody can check who has the public key, without
            your ledger (c2sp.org/tlog-proof). It shows that one entry and no other.

            Options
              --output FILE    write there

            Examples
              sally audit prove 42 --output release.tlog-proof
              sally audit prove --check release.tlog-proof --key "$(cat ledger.pub)"
            """,
        ["export"] => $"""
            sally audit export    entries for other programs

            Options
              --format json|csv|cef    (default: json)
              --output FILE            write there
            {Filters}

            Example
              sally audit export --format cef --since 1d >> siem.log
            """,
        ["key"] => """
            sally audit key    the public key that checkpoints and proofs are verified with

            Keep a copy where nobody who can write here can write: with it, a ledger that was made
            anew does not pass for this one.

            Example
              sally audit key > ledger.pub
            """,
        _ => """
            sally audit: what was decided and what left

            Every verdict, answer, override, waiver, trust decision and request is written down: when,
            where to, how much, its digest, what had been read; never its content. The lines are chained and signed.

              log       entries, the last ones
              verify    is the record what was written?
              prove     proof for somebody else that an entry is in it
              export    JSON, CSV or CEF
              key       the public key

            Every command has its own --help.

            Examples
              sally audit log --since 1d
              sally audit verify
            """,
    };
}
