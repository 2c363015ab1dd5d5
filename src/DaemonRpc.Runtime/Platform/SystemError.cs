using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Says why a system call failed.</summary>
internal static class SystemError
{
    /// <summary>The number of the last failure on this thread.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>An exception that names what was tried, on what, and why the system refused.</summary>
    public static IOException Exception(string action, string subject) => Exception(action, subject, Last);

    /// <inheritdoc cref="Exception(string, string)"/>
    public static IOException Exception(string action, string subject, int error) =>
        new($"Cannot {action} '{subject}': {Reason(error)}.");

    /// <summary>What the system calls a failure, such as <c>No space left on device (error 28)</c>.</summary>
    public static string Reason(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (error {error})";
}
