using Sallyport.Guard.Packing;
using Sallyport.Guard.Scanning;
using Sallyport.Guard.Targets;

namespace Sallyport.Guard;

/// <summary>What to check, and how.</summary>
public sealed record CheckRequest
{
    /// <summary>Folders, package files, <c>git:staged</c>, <c>git:RANGE</c>, <c>npm:NAME@VERSION</c>, <c>nuget:NAME@VERSION</c>.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Texts that are no files, by the name that stands for them among the targets: a commit's message, the names of branches.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;

    /// <summary>What may leave; <see cref="Policy.Default"/> when not given.</summary>
    public Policy Policy { get; init; } = Policy.Default;

    /// <summary>The last release, as a target; null: the recorded baseline, if there is one.</summary>
    public string? Against { get; init; }

    /// <summary>Overrides the policy and the manifest.</summary>
    public Profile? Profile { get; init; }

    /// <summary>Read folders file by file instead of as their manifest packs them.</summary>
    public bool AsIs { get; init; }

    /// <summary>What relative targets are relative to.</summary>
    public string Directory { get; init; } = System.IO.Directory.GetCurrentDirectory();

    /// <summary>Tells which day it is (waivers expire) and measures the time budget.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Called now and then with (target, entries, bytes) while reading.</summary>
    public Action<string, long, long>? Progress { get; init; }

    internal ScanSizes Sizes { get; init; } = ScanSizes.Default;
}

/// <summary>Is this package fit to leave? Reads targets, runs every detector, applies the policy.</summary>
public static class PackageCheck
{
    /// <summary>
    /// Checks all targets. Throws <see cref="GuardException"/> when a target does not exist or cannot be opened, and
    /// <see cref="OperationCanceledException"/> when cancelled; anything unreadable inside a target is in the report.
    /// </summary>
    public static PackageReport Check(CheckRequest request, CancellationToken cancellation) => CheckAndRecover(request, recovery: null, cancellation);

    /// <summary>
    /// Begins to build, on a thread of its own, what every check needs, so that a program can do so while it still reads
    /// its arguments. Nobody has to call it; calling it again does nothing.
    /// </summary>
    public static void Prepare() => new Thread(() =>
    {
        try
        {
            _ = Catalogue.All;
        }
        catch (Exception)
        {
            // The check asks for the same and tells.
        }
    }) { IsBackground = true, Name = "prepare" }.Start();

    internal static PackageReport CheckAndRecover(CheckRequest request, Recovery.RecoveryFolder? recovery, CancellationToken cancellation)
    {
        var buffers = new BufferPool();
        TargetReport[] reports = [.. request.Targets.Select(target => CheckOne(target, request, buffers, recovery, cancellation))];
        string[] unused = [.. Pardon.Unused(request.Policy, reports)];
        if (unused.Length > 0) reports[0] = reports[0] with { Remarks = [.. reports[0].Remarks, .. unused] };
        return new PackageReport(reports);
    }

    private static TargetReport CheckOne(string target, CheckRequest request, BufferPool buffers, Recovery.RecoveryFolder? recovery, CancellationToken cancellation)
    {
        var options = new TargetOptions(request.AsIs, request.Directory) { Texts = request.Texts };
        var reader = ReaderOf(target, options);
        var fingerprints = request.Policy.Key is { } key ? new Fingerprinter(key.ToArray()) : Fingerprinter.Default;
        ScanRun? run = null;
        try
        {
            var info = reader.Read(target, options, bytes => run = new ScanRun(request.Policy, new Budget(request.Policy.Limits, bytes, request.Clock, cancellation), fingerprints, buffers, cancellation)
            {
                RecoverTo = recovery,
                Sizes = request.Sizes,
                Progress = request.Progress is { } progress ? (entries, done) => progress(target, entries, done) : null,
            }, cancellation);
            run!.Finish();
            if (recovery is not null) RecoverHidden(target, reader, options, request, run, buffers, recovery, cancellation);
            Baseline? last = null;
            if (request.Against is { } against)
            {
                (last, var complete) = List(against, request, buffers, cancellation);
                if (!complete) run.Skip("", $"{against}: the last release could not be read completely, so nothing can be said about growth");
            }
            return Judgement.Of(target, info, run, request, last);
        }
        finally
        {
            run?.Dispose();
        }
    }

    // What a later layer hides is known when all of them were read, so it takes a second reading to write it out.
    private static void RecoverHidden(string target, TargetReader reader, TargetOptions options, CheckRequest request, ScanRun first, BufferPool buffers, Recovery.RecoveryFolder recovery, CancellationToken cancellation)
    {
        if (!first.Tally.Images.MayHide) return;
        ScanRun? second = null;
        try
        {
            reader.Read(target, options, bytes => second = new ScanRun(request.Policy, new Budget(request.Policy.Limits, bytes, request.Clock), Fingerprinter.Default, buffers, cancellation)
            {
                RecoverTo = recovery,
                Hidden = first.Tally.Images,
            }, cancellation);
            second!.Finish();
            foreach (var part in second.Skipped.Except(first.Skipped).ToList()) first.Skip(part.Path, part.Reason);
        }
        finally
        {
            second?.Dispose();
        }
    }

    /// <summary>
    /// Writes down names, sizes and kinds of the files in <paramref name="target"/>, so that later checks of the same
    /// package are held against them. Other packages' records in the file stay. Returns the path of the file.
    /// Throws <see cref="GuardException"/> when the target cannot be read completely or the file not be written.
    /// </summary>
    /// <param name="target">The release, as it would be given to a check.</param>
    /// <param name="request">For folder, policy and how folders are read; its targets are not looked at.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static string RecordBaseline(string target, CheckRequest request, CancellationToken cancellation)
    {
        var (release, complete) = List(target, request, new BufferPool(), cancellation);
        if (!complete) throw new GuardException($"{target}: cannot be read completely, so it is no baseline");
        var path = BaselineFile.PathOf(request);
        BaselineFile.Write(path, release);
        return path;
    }

    private static TargetReader ReaderOf(string target, TargetOptions options) =>
        TargetReaderShelf.All().OrderBy(r => r.Order).FirstOrDefault(r => r.Recognises(target, options))
            ?? throw new GuardException($"{target}: no such file or folder, and not a git:, npm: or nuget: target");

    private static (Baseline Release, bool Complete) List(string target, CheckRequest request, BufferPool buffers, CancellationToken cancellation)
    {
        var options = new TargetOptions(request.AsIs, request.Directory) { Texts = request.Texts };
        ScanRun? run = null;
        try
        {
            ReaderOf(target, options).Read(target, options, bytes => run = new ScanRun(request.Policy, new Budget(request.Policy.Limits, bytes, request.Clock, cancellation), Fingerprinter.Default, buffers, cancellation) { ListOnly = true }, cancellation);
            run!.Finish();
            return (Baseline.Of(target, run.Tally.Files, Judgement.Manifest(run)), !run.Skipped.Any());
        }
        finally
        {
            run?.Dispose();
        }
    }
}
