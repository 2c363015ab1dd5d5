using System.Runtime.CompilerServices;
using DaemonRpc.Protocol;

namespace DaemonRpc.Telemetry;

/// <summary>The span within which a call is made.</summary>
internal static class CallersSpan
{
    /// <summary>The current span, for sending; null for nearly every call.</summary>
    public static TraceContext? Current => Listening.IsPossible ? Capture() : null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TraceContext? Capture() => Spans.Current;
}
