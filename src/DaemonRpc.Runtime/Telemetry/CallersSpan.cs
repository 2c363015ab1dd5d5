using System.Diagnostics;
using System.Runtime.CompilerServices;
using DaemonRpc.Protocol;

namespace DaemonRpc.Telemetry;

/// <summary>The span of code that waits for a thread of ours.</summary>
internal sealed class CallersSpan
{
    private readonly Activity _span;

    private CallersSpan(Activity span) => _span = span;

    /// <summary>The current span; null for nearly every call.</summary>
    public static CallersSpan? Current => Listening.IsPossible ? Capture() : null;

    /// <summary>The current span, for sending; null for nearly every call.</summary>
    public static TraceContext? Context => Listening.IsPossible ? CaptureContext() : null;

    /// <summary>Runs work within the span, and leaves nothing of it on the thread.</summary>
    public T Run<T>(Func<T> work)
    {
        Activity.Current = _span;
        try
        {
            return work();
        }
        finally
        {
            Activity.Current = null;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TraceContext? CaptureContext() => Spans.Current;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CallersSpan? Capture() => Activity.Current is { } span ? new CallersSpan(span) : null;
}
