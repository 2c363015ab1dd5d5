using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Describes why a system call failed.</summary>
internal static class SystemError
{
    /// <summary>The error number of this thread's last failed call.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>Creates an exception that names the attempted action, its subject, and the system's reason for the failure.</summary>
    public static IOException Exception(string action, string subject) => Exception(action, subject, Last);

    /// <inheritdoc cref="Exception(string, string)"/>
    public static IOException Exception(string action, string subject, int error) =>
        new($"Cannot {action} '{subject}': {Reason(error)}.");

    /// <summary>Formats an error as the system names it, such as <c>No space left on device (error 28)</c>.</summary>
    public static string Reason(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (error {error})";
}
