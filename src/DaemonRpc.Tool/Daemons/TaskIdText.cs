using System.Globalization;

namespace DaemonRpc.Tool.Daemons;

/// <summary>Reads a task's id as <see cref="DaemonTaskId.ToString"/> writes it.</summary>
internal static class TaskIdText
{
    public static bool TryParse(string text, out DaemonTaskId task)
    {
        task = default;
        string[] parts = text.Split('-');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long incarnation)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        task = new DaemonTaskId(incarnation, number);
        return true;
    }
}
