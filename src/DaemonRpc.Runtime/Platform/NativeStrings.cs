using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Builds null-terminated lists of C strings, as exec takes them.</summary>
internal static unsafe class NativeStrings
{
    public static byte** Allocate(IReadOnlyList<string> values)
    {
        byte** list = (byte**)NativeMemory.AllocZeroed((nuint)(values.Count + 1), (nuint)sizeof(byte*));
        for (int index = 0; index < values.Count; index++)
        {
            list[index] = (byte*)Marshal.StringToCoTaskMemUTF8(values[index]);
        }

        return list;
    }

    /// <summary>Builds an environment, as exec takes it.</summary>
    public static byte** Allocate(IReadOnlyCollection<KeyValuePair<string, string>> variables)
    {
        var values = new List<string>(variables.Count);
        foreach ((string name, string value) in variables)
        {
            values.Add($"{name}={value}");
        }

        return Allocate(values);
    }

    public static void Free(byte** list)
    {
        for (byte** entry = list; *entry is not null; entry++)
        {
            Marshal.FreeCoTaskMem((nint)(*entry));
        }

        NativeMemory.Free(list);
    }
}
