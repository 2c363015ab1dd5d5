using DaemonRpc.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Logging;

/// <summary>Bounds the size of a daemon's log: copies a full log to <c>….log.1</c> and empties it.</summary>
/// <remarks>
/// Copied, not moved: the console's writers, native code and the handler's child processes have their own descriptors,
/// which would continue with the moved file. They all append, so after the file is emptied they write at its beginning.
/// </remarks>
internal sealed class LogRotation
{
    /// <summary>The size limit of a daemon's log, in bytes.</summary>
    public const long MaxBytes = 4 * 1024 * 1024;

    private readonly string _path;
    private readonly long _maxBytes;
    private readonly Action<Action> _alone;
    private readonly ILogger _log;

    // Opened once, so that exactly this file is emptied, whatever the path and the descriptors refer to later.
    private readonly SafeFileHandle _file;

    /// <summary>Opens the log.</summary>
    /// <param name="path">The log's path.</param>
    /// <param name="maxBytes">The size limit; a larger log is full.</param>
    /// <param name="alone">Runs an action while this process's own writers are held off.</param>
    /// <param name="log">Receives a message for each rotation, which it usually writes to the emptied log.</param>
    /// <exception cref="IOException">The log cannot be opened.</exception>
    public LogRotation(string path, long maxBytes, Action<Action> alone, ILogger log)
    {
        _path = path;
        _maxBytes = maxBytes;
        _alone = alone;
        _log = log;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Opens the log that this process was started with. Returns null when it cannot be opened.</summary>
    public static LogRotation? OfThisProcess(string path, ILogger log)
    {
        try
        {
            return new LogRotation(path, MaxBytes, ConsolePause.Run, log);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogMessages.LogNotEmptied(log, path, exception);
            return null;
        }
    }

    /// <summary>Empties the log if it is full. Never throws: a full disk must not end a daemon.</summary>
    /// <param name="descriptors">The descriptors that usually write to the log. If none of them refers to it, the log is not this process's to empty.</param>
    public void Look(params ReadOnlySpan<int> descriptors)
    {
        FileIdentity? ours = IdentityOf(_file);
        bool writes = false;
        foreach (int descriptor in descriptors)
        {
            writes |= IsSame(FileIdentity.OfDescriptor(descriptor), ours);
        }

        try
        {
            if (writes && RandomAccess.GetLength(_file) is long length && length > _maxBytes)
            {
                MakeRoom(length, isAtPath: IsSame(FileIdentity.OfPath(_path), ours));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogMessages.LogNotEmptied(_log, _path, exception);
        }
    }

    private void MakeRoom(long length, bool isAtPath)
    {
        // If somebody moved or deleted the log, it is only emptied: the file names may belong to a successor by now.
        Exception? failure = isAtPath ? null : new FileNotFoundException("Another file, or none, is at its path.", _path);
        LogCopy? copy = null;
        try
        {
            copy = isAtPath ? new LogCopy(_file, _path + ".1") : null;

            // Copy most of it while others write, then what they added meanwhile, so that little is left for the final step.
            copy?.Add(2 * _maxBytes);
            copy?.Add(_maxBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = exception;
        }

        using (copy)
        {
            _alone(() =>
            {
                try
                {
                    if (failure is null)
                    {
                        copy?.Add(_maxBytes);
                    }
                }
                catch (IOException exception)
                {
                    failure = exception;
                }

                // The size limit comes first: what could not be copied is dropped.
                RandomAccess.SetLength(_file, 0);
            });
        }

        if (failure is null)
        {
            LogMessages.LogEmptied(_log, _path, length);
        }
        else
        {
            LogMessages.LogNotKept(_log, _path, length, failure);
        }
    }

    private static FileIdentity? IdentityOf(SafeFileHandle file) => FileIdentity.OfDescriptor((int)file.DangerousGetHandle());

    private static bool IsSame(FileIdentity? one, FileIdentity? other) =>
        one is { } left && other is { } right && left.Device == right.Device && left.Inode == right.Inode;
}
