using Sallyport.Guard.Packing;
using Sallyport.Guard.Scanning;
using Sallyport.Guard.Targets;

namespace Sallyport.Guard;

/// <summary>What to check, and how.</summary>
public sealed record CheckRequest
{
    /// <summary>Folders, package files, <c>git:staged</c>, <c>git:RANGE</c>, <c>npm:NAME@VERSION</c>, <c>nuget:NAME@VERSION</c>.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

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
}

/// <summary>Is this package fit to leave? Reads targets, runs every detector, applies the policy.</summary>
public static class PackageCheck
{
    /// <summary>
    /// Checks all targets. Throws <see cref="GuardException"/> when a target does not exist or cannot be opened, and
    /// <see cref="OperationCanceledException"/> when cancelled; anything unreadable inside a target is in the report.
    /// </summary>
    public static PackageReport Check(CheckRequest request, CancellationToken cancellation) => CheckAndRecover(request, recovery: null, cancellation);

    internal static PackageReport CheckAndRecover(CheckRequest request, Recovery.RecoveryFolder? recovery, CancellationToken cancellation)
    {
        var buffers = new BufferPool();
        return new([.. request.Targets.Select(target => CheckOne(target, request, buffers, recovery, cancellation))]);
    }

    private static TargetReport CheckOne(string target, CheckRequest request, BufferPool buffers, Recovery.RecoveryFolder? recovery, CancellationToken cancellation)
    {
        var options = new TargetOptions(request.AsIs, request.Directory);
        var reader = TargetReaderShelf.All().OrderBy(r => r.Order).FirstOrDefault(r => r.Recognises(target, options))
            ?? throw new GuardException($"{target}: no such file or folder, and not a git:, npm: or nuget: target");
        var fingerprints = request.Policy.Key is { } key ? new Fingerprinter(key.ToArray()) : Fingerprinter.Default;
        ScanRun? run = null;
        try
        {
            var info = reader.Read(target, options, bytes => run = new ScanRun(request.Policy, new Budget(request.Policy.Limits, bytes, request.Clock), fingerprints, buffers, cancellation)
            {
                RecoverTo = recovery,
                Progress = request.Progress is { } progress ? (entries, done) => progress(target, entries, done) : null,
            }, cancellation);
            run!.Finish();
            return Judgement.Of(target, info, run, request);
        }
        finally
        {
            run?.Dispose();
        }
    }
}
