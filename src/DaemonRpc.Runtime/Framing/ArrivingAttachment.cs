namespace DaemonRpc.Framing;

/// <summary>An attachment that has been received in part.</summary>
/// <remarks>
/// The bytes go directly into the array that the user gets. An array cannot grow, and the announced length may be
/// false, so the full array is allocated only when one eighth has arrived; until then the bytes are kept in pieces.
/// </remarks>
internal struct ArrivingAttachment
{
    /// <summary>The size of the first piece and of each following one, in bytes. An attachment up to this size is allocated at once.</summary>
    public const int PieceSize = 1024 * 1024;

    private const int BelievedTimes = 8;

    private readonly int _length;
    private List<byte[]>? _pieces;
    private byte[] _current;
    private int _filled;

    public ArrivingAttachment(int length)
    {
        _length = length;
        _current = GC.AllocateUninitializedArray<byte>(length > PieceSize ? PieceSize : length);
    }

    /// <summary>Whether an attachment is incomplete: it has begun to arrive, and bytes are missing.</summary>
    public readonly bool IsMissed => _current is not null && (!HasRoomForAll || _filled < _length);

    /// <summary>Where the next bytes go.</summary>
    public readonly Span<byte> Room => _current.AsSpan(_filled);

    /// <summary>Whether <see cref="Room"/> covers the rest of the attachment: bytes received beyond it belong to the next frame.</summary>
    public readonly bool HasRoomForAll => _current.Length == _length;

    /// <summary>Records that this many bytes were received into <see cref="Room"/>.</summary>
    public void Advance(int count)
    {
        _filled += count;
        if (_filled < _current.Length || HasRoomForAll)
        {
            return;
        }

        (_pieces ??= []).Add(_current);
        if (_pieces.Count * (long)PieceSize * BelievedTimes < _length)
        {
            (_current, _filled) = (GC.AllocateUninitializedArray<byte>(PieceSize), 0);
            return;
        }

        byte[] whole = GC.AllocateUninitializedArray<byte>(_length);
        _filled = 0;
        foreach (byte[] piece in _pieces)
        {
            piece.CopyTo(whole, _filled);
            _filled += piece.Length;
        }

        _current = whole;
        _pieces = null;
    }

    /// <summary>Returns the complete attachment and resets this value.</summary>
    public byte[] Take()
    {
        byte[] whole = _current;
        this = default;
        return whole;
    }
}
